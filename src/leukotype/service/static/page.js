"use strict";
(function () {
  document.querySelectorAll("form[data-drop]").forEach((form) => {
    const input = form.querySelector("input[type=file]");
    const stop = (event) => { event.preventDefault(); form.classList.toggle("over", event.type === "dragover"); };
    ["dragover", "dragleave", "drop"].forEach((name) => form.addEventListener(name, stop));
    form.addEventListener("drop", (event) => {
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
  });
  ["dragover", "drop"].forEach((name) => {
    document.addEventListener(name, (event) => event.preventDefault()); // a file dropped beside is not opened
  });
  const progress = document.getElementById("progress");
  if (progress) {
    const said = document.getElementById("said");
    const bar = progress.querySelector("progress");
    const source = new EventSource(progress.dataset.events);
    source.onmessage = (event) => {
      const told = JSON.parse(event.data);
      if (told.stage === "done" || told.stage === "failed") {
        source.close();
        location.reload();
        return;
      }
      const text = told.total > 1 ? told.said + ", file " + told.done + " of " + told.total : told.said;
      if (said.textContent !== text) { said.textContent = text || ""; }
      bar.max = told.total || 1;
      bar.value = told.done;
    };
  }
})();
