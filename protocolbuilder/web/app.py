"""The whole web application. Each subject's pages are a blueprint of its own module."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, redirect
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from protocolbuilder import __version__, catalogue
from protocolbuilder.settings import Settings
from protocolbuilder.store.engine import engine
from protocolbuilder.store.migrate import migrate
from protocolbuilder.web import (
    accepting,
    access,
    accounts_address,
    accounts_factors,
    accounts_first,
    accounts_links,
    accounts_organisation,
    accounts_page,
    accounts_passkeys,
    accounts_providers,
    accounts_registration,
    accounts_sign_in,
    answers,
    applies,
    assurances,
    commenting,
    comparing,
    consulting,
    contacts,
    documents,
    glossary,
    grids,
    history,
    house_style,
    imports,
    in_force,
    inbox,
    issuing,
    joining,
    law,
    law_approval,
    law_checked,
    law_impact,
    law_records,
    leaving,
    lists,
    matrix,
    measuring,
    offering,
    organisations,
    organisations_removed,
    partners,
    partnership,
    paste,
    people,
    people_access,
    people_address,
    people_report,
    person_erasing,
    person_record,
    presenting,
    register,
    returned,
    returned_deciding,
    reviewing,
    sample,
    signed,
    signing,
    signing_ask,
    signing_asked,
    signing_chase,
    signing_paper,
    slow,
    starting,
    taken,
    tasks,
    toolkit,
    trail,
    verifying,
    wizard,
    words,
    work,
)
from protocolbuilder.web.access import tell_pages
from protocolbuilder.web.accounts import open_accounts
from protocolbuilder.web.accounts_gate import ask_to_sign_in
from protocolbuilder.web.accounts_organisation import ask_for_organisation
from protocolbuilder.web.failures import answer_failures
from protocolbuilder.web.limiting import limit_acts
from protocolbuilder.web.measuring import measure_requests
from protocolbuilder.web.numbers import Number
from protocolbuilder.web.permission import decide_requests
from protocolbuilder.web.recording import record_requests
from protocolbuilder.web.running import Running, keep_transactions
from protocolbuilder.web.security import protect

BLUEPRINTS = (
    access.blueprint,
    accounts_address.blueprint,
    accounts_factors.blueprint,
    accounts_first.blueprint,
    accounts_links.blueprint,
    accounts_organisation.blueprint,
    accounts_page.blueprint,
    accounts_passkeys.blueprint,
    accounts_providers.blueprint,
    accounts_registration.blueprint,
    accounts_sign_in.blueprint,
    register.blueprint,
    starting.blueprint,
    imports.blueprint,
    in_force.blueprint,
    grids.blueprint,
    partnership.blueprint,
    partners.blueprint,
    paste.blueprint,
    person_erasing.blueprint,
    person_record.blueprint,
    people.blueprint,
    people_access.blueprint,
    people_address.blueprint,
    people_report.blueprint,
    joining.blueprint,
    joining.by_link,
    leaving.blueprint,
    documents.blueprint,
    glossary.blueprint,
    matrix.blueprint,
    measuring.blueprint,
    offering.blueprint,
    organisations.blueprint,
    organisations_removed.blueprint,
    inbox.blueprint,
    issuing.blueprint,
    history.blueprint,
    house_style.blueprint,
    commenting.blueprint,
    comparing.blueprint,
    consulting.blueprint,
    contacts.blueprint,
    presenting.blueprint,
    law.blueprint,
    law_approval.blueprint,
    law_checked.blueprint,
    law_impact.blueprint,
    law_records.blueprint,
    accepting.blueprint,
    assurances.blueprint,
    returned.blueprint,
    returned_deciding.blueprint,
    reviewing.blueprint,
    sample.blueprint,
    signing.blueprint,
    signing.by_link,
    signing.by_person,
    signing_ask.blueprint,
    signed.blueprint,
    signing_asked.blueprint,
    signing_chase.blueprint,
    signing_paper.blueprint,
    slow.blueprint,
    tasks.blueprint,
    taken.blueprint,
    toolkit.blueprint,
    trail.blueprint,
    verifying.blueprint,
    answers.blueprint,
    applies.blueprint,
    lists.blueprint,
    wizard.blueprint,
    work.blueprint,
)
MEGABYTE = 1024 * 1024


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    new_id: Callable[[], str] = lambda: secrets.token_hex(5),
    wake: Callable[[], None] = lambda: None,
) -> Flask:
    """Brings the database to this program's tables first. `wake` tells a worker that there may be work; without it the
    worker finds it within a minute. Raises WrongDatabase when the database is of a newer program."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask("protocolbuilder", template_folder=None)
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        SESSION_COOKIE_NAME="__Host-protocolbuilder" if settings.is_https else "protocolbuilder",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        TRUSTED_HOSTS=settings.hosts,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=settings.max_upload_mb * MEGABYTE,
        MAX_FORM_PARTS=20_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # asks for a Referer; `protect` asks Sec-Fetch-Site and Origin
    )
    database = engine(settings.database())
    migrate(database)
    app.extensions["protocolbuilder"] = Running(settings, database, clock, new_id, wake)
    _write_with(app)
    record_requests(app)
    measure_requests(app)
    protect(app)
    CSRFProtect(app)
    open_accounts(app)
    ask_to_sign_in(app)
    ask_for_organisation(app)
    decide_requests(app)
    tell_pages(app)
    limit_acts(app)
    keep_transactions(app)
    answer_failures(app)
    app.url_map.converters["int"] = Number
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.add_url_rule("/", "home", lambda: redirect("/agreements"))
    return app


def _write_with(app: Flask) -> None:
    """Jinja: our templates first, then the GOV.UK macros."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(catalogue.data_dir("templates") / "web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for word in (words.moment, words.day, words.iso_day, words.clock, words.lower_first, words.a_or_an, words.counted):
        app.add_template_filter(word)
    app.jinja_env.globals["program_version"] = __version__
    app.jinja_env.globals["scans"] = bool(app.extensions["protocolbuilder"].settings.scanner)
