// Starts the components of the GOV.UK Frontend, and offers to copy what else would be selected by hand. Every page works without it.
import { initAll } from "./vendor/govuk.js?v=1c935e92d658";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

for (const part of document.querySelectorAll("template[data-copies]")) {
  const field = document.getElementById(part.dataset.copies);
  const said = document.getElementById(`${field.id}-copied`);
  const button = part.content.firstElementChild;
  part.replaceWith(button);
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "The address is selected. Copy it with your keyboard or menu.";
    }
  });
}
