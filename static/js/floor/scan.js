// Reads the QR of a badge with the camera, where the browser can (BarcodeDetector); else the button stays hidden.
"use strict";
(async () => {
  const button = document.querySelector("[data-scan]");
  if (!("BarcodeDetector" in self) || !navigator.mediaDevices?.getUserMedia) return;
  if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return;
  const form = button.form;
  const field = document.querySelector(button.dataset.scan);
  const video = form.querySelector("video");
  const start = button.textContent;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let stream = null, last = "", timer = 0;
  button.hidden = false;

  const stop = () => {
    clearInterval(timer);
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.textContent = start;
  };
  const look = async () => {
    if (!stream || video.readyState < 2 || form.dataset.busy) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (!found || found.rawValue === last) return; // the same badge stays before the camera for a while
    last = found.rawValue;
    setTimeout(() => { last = ""; }, 5000);
    navigator.vibrate?.(60);
    field.value = found.rawValue;
    form.requestSubmit();
  };
  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return floor.forms.tellIn(form, button.dataset.refused, "warn");
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = button.dataset.stop;
    await video.play();
    timer = setInterval(look, 250);
  });
  addEventListener("pagehide", stop);
})();
