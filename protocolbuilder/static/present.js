// One slide at a time. Without this the page is read from top to bottom.
const slides = [...document.querySelectorAll(".slide")];
const FORWARD = ["ArrowRight", "ArrowDown", "PageDown", " "];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];

function place() {
  const found = slides.findIndex((slide) => `#${slide.id}` === location.hash);
  return Math.max(found, 0);
}

function show() {
  const here = place();
  slides.forEach((slide, number) => slide.classList.toggle("shown", number === here));
  slides[here].focus({ preventScroll: true });
  scrollTo(0, 0);
}

function go(number) {
  const wanted = slides[Math.min(Math.max(number, 0), slides.length - 1)];
  if (`#${wanted.id}` === location.hash) return;
  location.hash = wanted.id;
  show();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const onControl = event.target.closest("a, summary");
  if (onControl && event.key === " ") return;
  const step = FORWARD.includes(event.key) ? place() + 1 : BACK.includes(event.key) ? place() - 1 : undefined;
  const wanted = event.key === "Home" ? 0 : event.key === "End" ? slides.length - 1 : step;
  if (wanted === undefined) return;
  event.preventDefault();
  go(wanted);
});

addEventListener("hashchange", show);
document.documentElement.classList.add("one-at-a-time");
show();
