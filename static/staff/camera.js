// Badges through the device's camera. Browsers that read codes by themselves do; for others a decoder is fetched.
const PAUSE_MS = 120;
// The same badge stays before the camera for a while: it is a new scan once it was away for so long.
const AWAY_MS = 3000;
const WANTED = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false };

const nativeDetector = async () => {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  return formats.includes("qr_code") ? new globalThis.BarcodeDetector({ formats: ["qr_code"] }) : null;
};

const ownDetector = async (address) => {
  const { decodeQR } = await import(address);
  const canvas = document.createElement("canvas");
  const picture = canvas.getContext("2d", { willReadFrequently: true });
  return {
    async detect(video) {
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      picture.drawImage(video, 0, 0);
      try {
        return [{ rawValue: decodeQR(picture.getImageData(0, 0, canvas.width, canvas.height)) }];
      } catch {
        return []; // no code in this picture
      }
    },
  };
};

/** Whether a page here may use a camera at all: over plain HTTP no browser lets it. */
export const mayUseCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

export class Camera {
  /** `decoder` is the address of the module for browsers without their own; read(text) hears each badge once. */
  constructor(video, decoder, read) {
    Object.assign(this, { video, decoder, read });
    this.last = { text: "", at: 0 };
  }

  /** Throws where there is no camera, or the user doesn't allow it. */
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia(WANTED);
    this.video.srcObject = this.stream;
    await this.video.play();
    this.detector ??= (await nativeDetector()) ?? (await ownDetector(this.decoder));
    this.look();
  }

  stop() {
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = this.video.srcObject = null;
  }

  async look() {
    const found = await this.detector.detect(this.video).catch(() => []);
    if (!this.stream) return;
    if (found.length) this.seen(found[0].rawValue);
    this.timer = setTimeout(() => this.look(), PAUSE_MS);
  }

  seen(text) {
    const isNew = text !== this.last.text || Date.now() - this.last.at > AWAY_MS;
    this.last = { text, at: Date.now() };
    if (isNew) this.read(text);
  }
}
