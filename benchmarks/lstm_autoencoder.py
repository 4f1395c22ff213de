"""Training of `lstm_autoencoder` against the same network in a plain PyTorch loop over materialised windows.

10,000 windows of 64, 10 epochs, the same batches, optimizer and network; a fresh process each. The memory is what the
process grew by while training, and what the windows alone take.

Run: python benchmarks/lstm_autoencoder.py [windows] [channels] [threads of torch for the plain loop]
"""

from __future__ import annotations

import subprocess
import sys

COMMON = """
import resource, time
import numpy as np, torch
from offbeat.core.registry import detector
from offbeat.detectors.neural._layers import Recurrent
from offbeat.detectors.neural._units import Units
rng = np.random.default_rng(0)
x = np.sin(np.arange({n}) / 8)[:, None] + 0.1 * rng.standard_normal(({n}, {channels}))
def train(x, epochs):
{body}
torch.set_num_threads({threads})
train(x[:400], 1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began, worked = time.perf_counter(), time.process_time()
held, loss = train(x, 10)
wall, cpu = time.perf_counter() - began, time.process_time() - worked
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(wall, cpu, grown, held / 2**20, loss)
"""
OURS = """
    model = detector("lstm_autoencoder", window=64, epochs=epochs, windows=len(x), patience=99, trim=0.0)
    model._begin(x)
    model.window_, model.units_ = 64, Units.of(x, "robust")
    s = model.units_.drawn_in(x)
    model._trained(s, np.arange(len(x) - 63))
    return model.units_.seen(s).nbytes, model.history_[-1, 1]
"""
PLAIN = """
    torch.manual_seed(0)
    windows = torch.from_numpy(np.lib.stride_tricks.sliding_window_view(x / x.std(0), 64, axis=0).astype(np.float32))
    windows = windows.transpose(1, 2).contiguous()
    cut = int(0.85 * len(windows))
    network = Recurrent("lstm", x.shape[1], 32, 0.0)
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(windows[:cut]), 64, shuffle=True)
    for _ in range(epochs):
        for (batch,) in loader:
            loss = (network(batch) - batch).square().mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        with torch.no_grad():
            judged = (network(windows[cut::3]) - windows[cut::3]).square().mean()
    return windows.numpy().nbytes, float(judged)
"""


def main() -> None:
    """Print one line each and the ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    channels = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    found = {}
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    for name, body in (("offbeat", OURS), ("plain loop", PLAIN)):
        program = COMMON.format(n=count + 63, channels=channels, body=body, threads=threads)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        wall, cpu, grown, held, loss = found[name] = tuple(map(float, done.stdout.split()))
        print(
            f"{name:11} {wall:6.1f} s wall {cpu:6.1f} s cpu, grew by {grown:5.1f} MB, training data {held:7.2f} MB, "
            f"validation loss {loss:.4f}",
            flush=True,
        )
    wall, cpu, grown, held, _ = (a / max(b, 1e-9) for a, b in zip(found["offbeat"], found["plain loop"], strict=True))
    print(f"offbeat / plain loop: wall {wall:.2f}, cpu {cpu:.2f}, growth {grown:.2f}, training data {held:.3f}")


if __name__ == "__main__":
    main()
