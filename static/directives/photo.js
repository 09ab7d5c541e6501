// A phone's photos are larger than what can be sent at once, and than anybody needs to read a letter: they are made smaller
// before they are sent. What can't be read as a picture is sent as it is, and the server says what is wrong with it.
const LARGE = 1_500_000;
const LONGEST = 2200;
const QUALITY = 0.85;

const smaller = async (file) => {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const content = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return new File([content], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
};

const put = (field, file) => {
  const files = new DataTransfer();
  files.items.add(file);
  field.files = files.files;
};

// Ahead of the check of its size.
const onChosen = async (event) => {
  const field = event.target;
  const [file] = field.files ?? [];
  if (field.type !== "file" || !file?.type.startsWith("image/") || file.size < LARGE || field.dataset.shrunk) return;
  event.stopImmediatePropagation();
  try {
    put(field, await smaller(file));
  } catch {
    // No picture after all.
  }
  field.dataset.shrunk = "yes";
  field.dispatchEvent(new Event("change", { bubbles: true }));
  delete field.dataset.shrunk;
};

document.addEventListener("change", onChosen, true);
