// Starts the behaviour of GOV.UK Frontend on whatever the page holds.
import { initAll } from "./govuk/govuk-frontend.min.js";

initAll();
