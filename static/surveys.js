// Hides a question that follows from another one until its answer asks for it. Without this it is there and may be left out.
for (const part of document.querySelectorAll("[data-show-if]")) {
  const { showIf, showFor } = part.dataset;
  const wanted = showFor ? showFor.split(" ") : null;
  const controls = [...document.getElementsByName(showIf)];
  const update = () => {
    const given = controls
      .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
      .map((control) => control.value.trim())
      .filter(Boolean);
    part.hidden = wanted ? !given.some((value) => wanted.includes(value)) : !given.length;
  };
  if (controls.length) {
    for (const control of controls) {
      control.addEventListener("input", update);
    }
    update();
  }
}
