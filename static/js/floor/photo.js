// A photo of the signed page: made small enough for a weak network before it is kept, and still legible.
"use strict";
floor.photo = (() => {
  const LARGE = 1.5 * 1024 * 1024; // bytes; smaller files go as they are
  const EDGE = 2400; // pixels of the longer edge: a page of A4 at 200 dots an inch

  const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const say = (file) => {
    document.getElementById("photo-said").textContent = document.querySelector('form[data-queue="deal"]').dataset.photo
      .replace("{name}", file.name).replace("{size}", size(file.blob.size));
  };

  // The file as it is, or a JPEG of it; what the browser cannot read (PDF, HEIC) stays as it is.
  const small = async (file) => {
    if (file.blob.size < LARGE || !/^image\/(jpeg|png|webp)$/.test(file.blob.type)) return file;
    try {
      const picture = await createImageBitmap(file.blob, { imageOrientation: "from-image" });
      const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
      if (!blob || blob.size >= file.blob.size) return file;
      return { ...file, name: file.name.replace(/\.\w+$/, "") + ".jpg", blob };
    } catch {
      return file;
    }
  };
  return { small, say };
})();
