// Starts the components of the GOV.UK Frontend. Every page works without it.
import { initAll } from "./vendor/govuk.js?v=1c935e92d658";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
