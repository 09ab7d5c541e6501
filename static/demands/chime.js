// Soft tones, such as the two when somebody is called to a counter that stood ready: no file, no outside request.
const CALLED = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.18 },
];
const SECONDS = 0.35;
const LOUDNESS = 0.12;

let context = null;

const play = ({ hertz, at }) => {
  const start = context.currentTime + at;
  const [tone, loudness] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(LOUDNESS, start);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + SECONDS);
  tone.connect(loudness).connect(context.destination);
  tone.start(start);
  tone.stop(start + SECONDS);
};

/** Silent until the operator has touched the page once: browsers allow no sound before. */
export const chime = (tones = CALLED) => {
  if (!navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  tones.forEach(play);
};
