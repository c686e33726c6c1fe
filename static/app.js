// Starts the components of the GOV.UK Frontend, offers to copy what else would be selected by hand, and looks after what a register
// without a network has left on this device. Every page works without it.
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

// Signing out deletes what is kept on this device: not unasked, while marks of a register wait there to be sent.
for (const form of document.querySelectorAll("form[action*='/sign-out']")) {
  form.addEventListener("submit", (event) => {
    const left = Number(localStorage.getItem("marks-not-sent"));
    const question = `Marks on this device that are not sent yet: ${left}. If you sign out now, they are deleted. Sign out?`;
    if (left && !confirm(question)) {
      event.preventDefault();
    }
  });
}
if (Number(localStorage.getItem("registers-kept"))) {
  const { deleteOld } = await import("./offline/store.js?v=811ba63ac7aa");
  await deleteOld(Date.now());
}
