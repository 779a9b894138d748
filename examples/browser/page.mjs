/** The page: buttons, a chart of the losses, the first layer's weights at each pixel, a table of levels. */
const element = (id) => document.getElementById(id);
const [start, stop, status, problem] = ["start", "stop", "status", "problem"].map(element);
const worker = new Worker("worker.js", { type: "module" });
/** Of every level its points, `[iteration, loss]`. */
let lines = [];

const COLORS = ["#1b4f9c", "#2a7fb8", "#35a3a3", "#5cb270", "#a8b43c", "#e09b2d", "#d8572a"];

function drawChart() {
  const canvas = element("chart");
  const scale = devicePixelRatio;
  const [width, height, left, bottom] = [canvas.clientWidth, canvas.clientHeight, 44, 26];
  Object.assign(canvas, { width: width * scale, height: height * scale });
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.font = "12px system-ui, sans-serif";
  const points = lines.flat();
  const last = Math.max(500, ...points.map(([step]) => step));
  const top = Math.max(0.5, ...points.map(([, loss]) => loss));
  const x = (step) => left + (step / last) * (width - left - 90);
  const y = (loss) => (1 - loss / top) * (height - bottom - 10) + 10;
  context.fillStyle = "#555";
  for (const part of [0, 0.5, 1]) {
    context.textAlign = "right";
    context.fillText((part * top).toFixed(2), left - 6, y(part * top) + 4);
    context.textAlign = "center";
    context.fillText(Math.round(part * last), x(part * last), height - 8);
    context.fillStyle = "#eee";
    context.fillRect(left, y(part * top), width - left - 90, 1);
    context.fillStyle = "#555";
  }
  context.textAlign = "left";
  lines.forEach((line, level) => {
    context.strokeStyle = context.fillStyle = COLORS[level];
    context.lineWidth = 2;
    context.beginPath();
    for (const [step, loss] of line) context.lineTo(x(step), y(loss));
    context.stroke();
    context.fillText(`level ${level}`, width - 80, 20 + 16 * level);
  });
}

function drawInputs(sums) {
  const context = element("inputs").getContext("2d");
  const image = context.createImageData(28, 28);
  const most = Math.max(...sums);
  sums.forEach((sum, pixel) => {
    const shade = 255 * (1 - sum / most);
    image.data.set([shade, shade, shade, 255], 4 * pixel);
  });
  context.putImageData(image, 0, 0);
}

function addLevel({ level, density, accuracy, milliseconds }) {
  const row = element("levels").insertRow();
  const cells = [level, `${(100 * density).toFixed(1)} %`, `${(100 * accuracy).toFixed(2)} %`, milliseconds.toFixed(2)];
  for (const text of cells) row.insertCell().textContent = text;
}

const HEARD = {
  ready({ engine, train, test }) {
    status.textContent = `Engine ${engine}, ${train} images to train on, ${test} to test on.`;
    start.disabled = false;
  },
  pause({ level, step, loss, inputs }) {
    (lines[level] ??= []).push([step, loss]);
    status.textContent = `Level ${level}, iteration ${step}.`;
    drawChart();
    drawInputs(inputs);
  },
  level: addLevel,
  ended({ stopped }) {
    status.textContent = stopped ? "Stopped." : "Done.";
    start.disabled = false;
    stop.disabled = true;
  },
  problem({ message }) {
    problem.textContent = message;
  },
};
worker.onmessage = ({ data }) => HEARD[data.kind](data);
worker.onerror = ({ message }) => HEARD.problem({ message });

start.onclick = () => {
  lines = [];
  element("levels").replaceChildren();
  start.disabled = true;
  stop.disabled = false;
  worker.postMessage("start");
};
stop.onclick = () => worker.postMessage("stop");
drawChart();
