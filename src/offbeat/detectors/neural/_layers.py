"""The networks that several detectors are made of. Shapes are (windows, rows, channels) from end to end."""

from __future__ import annotations

import torch
from torch import Tensor, nn

CELLS: dict[str, type[nn.RNN | nn.LSTM | nn.GRU]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class Dense(nn.Module):
    """Rows of one window as one vector, through narrower and narrower layers and back."""

    def __init__(self, values: int, hidden: int, code: int, dropout: float) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.Linear(values, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, code), nn.ReLU()
        )
        self.up = nn.Sequential(nn.Linear(code, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, values))

    def forward(self, batch: Tensor) -> Tensor:
        """Return the windows as the narrow layer knows them."""
        given: Tensor = self.up(self.down(batch.flatten(1)))
        return given.view_as(batch)


class Recurrent(nn.Module):
    """An encoder reads the window, its last state is repeated, and a decoder writes the window again."""

    def __init__(self, cell: str, channels: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.encoder = CELLS[cell](channels, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.decoder = CELLS[cell](hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, channels)

    def forward(self, batch: Tensor) -> Tensor:
        """Return the windows as the last state remembers them."""
        code = self.dropout(self.encoder(batch)[0][:, -1:])
        # written backwards: what was read last is remembered best
        written: Tensor = self.out(self.decoder(code.expand(-1, batch.shape[1], -1))[0])
        return written.flip(1)


class RecurrentForecast(nn.Module):
    """A recurrent network that forecasts the next row after each row."""

    def __init__(self, cell: str, channels: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.cell = CELLS[cell](channels, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, channels)

    def forward(self, batch: Tensor) -> Tensor:
        """Return the next row's forecast at each row, as what it adds to this one."""
        change: Tensor = self.out(self.dropout(self.cell(batch)[0]))
        return batch + change


class CausalConv(nn.Module):
    """Convolutions over four rows that read no later row, each with four times the reach of the one before."""

    def __init__(self, channels: int, hidden: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv1d(channels if i == 0 else hidden, hidden, 4, dilation=4**i) for i in range(layers)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch: Tensor) -> Tensor:
        """Return features of shape (windows, rows, hidden)."""
        x = batch.transpose(1, 2)
        for i, layer in enumerate(self.layers):
            wide = torch.relu(layer(nn.functional.pad(x, (3 * 4**i, 0))))
            x = self.dropout(wide) + (x if i > 0 else 0)
        return x.transpose(1, 2)


class CausalForecast(nn.Module):
    """Causal features, after which another network may read them, and the next row from these."""

    def __init__(self, features: nn.Module, reader: nn.Module, channels: int, hidden: int) -> None:
        super().__init__()
        self.features, self.reader = features, reader
        self.out = nn.Linear(hidden, channels)

    def forward(self, batch: Tensor) -> Tensor:
        """Return the next row's forecast at each row, as what it adds to this one."""
        read = self.reader(self.features(batch))
        change: Tensor = self.out(read[0] if isinstance(read, tuple) else read)
        return batch + change


class Shrunk(nn.Module):
    """Convolutions to a quarter of the rows, a network there, and transposed convolutions back.

    Only the way down is thinned out by dropout: on the way back it tripled the error of what was given back.
    """

    def __init__(self, channels: int, hidden: int, inside: nn.Module, code: int, dropout: float) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv1d(channels, hidden, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2), nn.Dropout(dropout),
            nn.Conv1d(hidden, hidden // 2 + 1, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2),
        )  # fmt: skip
        self.narrow = nn.Conv1d(hidden // 2 + 1, code, 1)
        self.inside = inside
        self.up = nn.Sequential(
            nn.ConvTranspose1d(code, hidden // 2 + 1, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose1d(hidden // 2 + 1, hidden, 4, 2, 1), nn.ReLU(), nn.Conv1d(hidden, channels, 5, padding=2),
        )  # fmt: skip

    def forward(self, batch: Tensor) -> Tensor:
        """Return the windows as the quarter of the rows knows them."""
        rows = batch.shape[1]
        x = nn.functional.pad(batch.transpose(1, 2), (0, -rows % 4), mode="replicate")
        code = self.inside(self.narrow(self.down(x)).transpose(1, 2))
        given: Tensor = self.up(code.transpose(1, 2))
        return given[..., :rows].transpose(1, 2)


class Variational(nn.Module):
    """A dense autoencoder whose code is drawn from a normal distribution that the window decides."""

    def __init__(self, values: int, hidden: int, code: int, dropout: float) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Linear(values, hidden), nn.ReLU(), nn.Dropout(dropout))
        self.middle, self.spread = nn.Linear(hidden, code), nn.Linear(hidden, code)
        self.up = nn.Sequential(nn.Linear(code, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, values))

    def forward(self, batch: Tensor) -> Tensor:
        """Return the windows as the middle of the distribution gives them."""
        return self.both(batch)[0]

    def both(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        """Return the windows, of a drawn code in training, and the distribution's divergence from the normal one."""
        seen = self.down(batch.flatten(1))
        middle, log = self.middle(seen), self.spread(seen).clamp(-10, 10)
        code = middle + torch.randn_like(middle) * (log / 2).exp() if self.training else middle
        divergence = (middle**2 + log.exp() - 1 - log).sum(1) / 2
        given: Tensor = self.up(code)
        return given.view_as(batch), divergence


class Stochastic(nn.Module):
    """A recurrent network whose state gives a distribution of codes, one a row, and another that reads the codes.

    LSTMs, as torch computes these three times faster than GRUs on a processor.
    """

    def __init__(self, channels: int, hidden: int, code: int, dropout: float) -> None:
        super().__init__()
        self.encoder = nn.LSTM(channels, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.middle, self.spread = nn.Linear(hidden, code), nn.Linear(hidden, code)
        self.decoder = nn.LSTM(code, hidden, batch_first=True)
        self.out = nn.Linear(hidden, channels)

    def forward(self, batch: Tensor) -> Tensor:
        """Return the windows as the middles of the codes give them."""
        return self.both(batch)[0]

    def both(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        """Return the windows, and the mean divergence of a code from a normal step from the one before."""
        state = self.dropout(self.encoder(batch)[0])
        middle, log = self.middle(state), self.spread(state).clamp(-10, 10)
        code = middle + torch.randn_like(middle) * (log / 2).exp() if self.training else middle
        before = nn.functional.pad(code[:, :-1], (0, 0, 1, 0))
        divergence = ((middle - before).square() + log.exp() - 1 - log).sum(2).mean(1) / 2
        given: Tensor = self.out(self.decoder(code)[0])
        return given, divergence


class KolmogorovArnold(nn.Module):
    """Sums of learned functions, Fourier series each, of the last rows, and of those sums again."""

    def __init__(self, channels: int, hidden: int, width: int, order: int, dropout: float) -> None:
        super().__init__()
        terms = 2 * order + 1
        self.width, self.order = width, order
        self.lagged = nn.Conv1d(terms * channels, hidden, width)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Conv1d(terms * hidden, channels, 1)

    def forward(self, batch: Tensor) -> Tensor:
        """Return the next row's forecast at each row, as what it adds to this one."""
        past = nn.functional.pad(self._terms(batch.transpose(1, 2)), (self.width - 1, 0))
        sums = self.dropout(torch.tanh(self.lagged(past)))
        change: Tensor = self.out(self._terms(sums))
        return batch + change.transpose(1, 2)

    def _terms(self, x: Tensor) -> Tensor:
        """Return u, cos(k u) and sin(k u) for each channel u, as channels."""
        angles = [k * x for k in range(1, self.order + 1)]
        return torch.cat([x, *(a.cos() for a in angles), *(a.sin() for a in angles)], 1)


class WindowClassifier(nn.Module):
    """Log odds of a whole window, from the states of a recurrent network."""

    def __init__(self, cell: str, channels: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.cell = CELLS[cell](3 * channels, hidden, batch_first=True)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(hidden, 1))

    def forward(self, batch: Tensor) -> Tensor:
        """Return one number a window, shape (windows, 1)."""
        # the largest of all states beside the last, so that what was long ago is not forgotten
        states = self.cell(_with_size_and_step(batch))[0]
        odds: Tensor = self.head(states[:, -1] + states.amax(1))
        return odds


class Pretrained(nn.Module):
    """An LSTM with two heads: the next row, and log odds at each row."""

    def __init__(self, channels: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.cell = nn.LSTM(3 * channels, hidden, batch_first=True)
        self.ahead = nn.Linear(hidden, channels)
        self.head = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 1))

    def predict(self, batch: Tensor) -> Tensor:
        """Return the next row's forecast at each row, as what it adds to this one."""
        change: Tensor = self.ahead(self.cell(_with_size_and_step(batch))[0])
        return batch + change

    def forward(self, batch: Tensor) -> Tensor:
        """Return log odds, shape (windows, rows)."""
        odds: Tensor = self.head(self.cell(_with_size_and_step(batch))[0])
        return odds[..., 0]


def between(batch: Tensor, one: Tensor, other: Tensor) -> Tensor:
    """Return windows at the root mean square distance of two attempts from `batch`, on the first one's side."""
    first, second = batch - one, batch - other
    away = ((first.square() + second.square()) / 2).sqrt()
    return batch - torch.where(first < 0, -away, away)


def _with_size_and_step(batch: Tensor) -> Tensor:
    """Append to each row its absolute values and those of its steps.

    A classifier should treat high and low faults alike.
    """
    steps = (batch[:, 1:] - batch[:, :-1]).abs()
    return torch.cat([batch, batch.abs(), nn.functional.pad(steps, (0, 0, 1, 0))], 2)
