// Asks the authenticator for a passkey and puts its answer into the form, which is then sent like any other.
// Without this script, or in a browser that knows no passkeys, the button stays hidden and the other ways remain.
const forms = document.querySelectorAll("form[data-passkey]");
const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON;

async function ask(form) {
  const token = form.elements.csrf_token.value;
  const answer = await fetch(form.dataset.options, {
    method: "POST", body: new URLSearchParams({ csrf_token: token }), headers: { Accept: "application/json" }, redirect: "error",
  });
  if (answer.status === 403) return form.submit(); // the second factor is asked for first, and the name goes along
  if (!answer.ok) throw new Error("no options");
  const options = await answer.json();
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.answer.value = JSON.stringify(credential.toJSON());
  form.submit();
}

for (const form of known ? forms : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = form.querySelector("[role=alert]");
    told.textContent = "";
    ask(form).catch(() => { told.textContent = form.dataset.failed; });
  });
}
for (const part of known ? document.querySelectorAll("[data-with-passkeys]") : []) part.hidden = false;
