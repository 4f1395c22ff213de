"""Folders of weights as the publishers of pretrained models save them, made with the packages' own classes: tiny ones.

They are random and small, so they expect nothing in particular, near the middle; all else is as it is in real ones.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
LENGTH, HORIZON, PATCH = 320, 64, 32
T5 = {
    "d_model": 16,
    "d_kv": 8,
    "d_ff": 32,
    "num_layers": 1,
    "num_decoder_layers": 1,
    "num_heads": 2,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "decoder_start_token_id": 0,
    "initializer_factor": 0.05,
}


def chronos(folder: Path) -> None:
    """Chronos-Bolt."""
    from chronos.chronos_bolt import ChronosBoltModelForForecasting
    from transformers import T5Config

    config = T5Config(**T5, vocab_size=2)
    config.chronos_config = {
        "context_length": LENGTH,
        "prediction_length": HORIZON,
        "input_patch_size": PATCH,
        "input_patch_stride": PATCH,
        "quantiles": QUANTILES,
        "use_reg_token": True,
    }
    config.chronos_pipeline_class = "ChronosBoltPipeline"
    ChronosBoltModelForForecasting(config).save_pretrained(folder)


def chronos_t5(folder: Path) -> None:
    """The first Chronos, which draws samples."""
    from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

    config = T5Config(**T5, vocab_size=64)
    config.chronos_config = {
        "tokenizer_class": "MeanScaleUniformBins",
        "tokenizer_kwargs": {"low_limit": -15.0, "high_limit": 15.0},
        "n_tokens": 64,
        "n_special_tokens": 2,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "use_eos_token": True,
        "model_type": "seq2seq",
        "context_length": LENGTH,
        "prediction_length": HORIZON,
        "num_samples": 5,
        "temperature": 1.0,
        "top_k": 50,
        "top_p": 1.0,
    }
    model = T5ForConditionalGeneration(config)
    model.generation_config = GenerationConfig(pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    model.save_pretrained(folder)


def chronos_2(folder: Path) -> None:
    from chronos.chronos2 import Chronos2Model
    from chronos.chronos2.config import Chronos2CoreConfig

    config = Chronos2CoreConfig(d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    config.chronos_config = {
        "context_length": LENGTH,
        "output_patch_size": PATCH,
        "input_patch_size": PATCH,
        "input_patch_stride": PATCH,
        "quantiles": QUANTILES,
        "use_reg_token": True,
        "use_arcsinh": True,
        "max_output_patches": 1,
    }
    config.chronos_pipeline_class = "Chronos2Pipeline"
    Chronos2Model(config).save_pretrained(folder)


def timesfm(folder: Path) -> None:
    """Version 3."""
    from timesfm3.torch import TimesFM3Torch, configs

    block = configs.ResidualBlockConfig(hidden_dims=16, output_dims=16, use_bias=False, activation="relu")
    layer = configs.TransformerConfig(
        model_dims=16,
        hidden_dims=16,
        num_heads=2,
        attention_norm="rms",
        feedforward_norm="rms",
        qk_norm="rms",
        use_bias=False,
        use_rope_seq=True,
        use_rope_var=True,
        ff_activation="relu",
        deterministic=True,
    )
    model = TimesFM3Torch(
        input_patch_len=PATCH,
        output_patch_len=HORIZON,
        quantiles=QUANTILES,
        residual_block_config=block,
        transformer_config=configs.StackedTransformersConfig(num_layers=1, transformer=layer),
    )
    model.pre_transformer_resblock.set_input_dims(2 * (PATCH + HORIZON))
    model.save_pretrained(folder)


@contextmanager
def timesfm_25_is_tiny() -> Iterator[None]:
    """The size of version 2.5 is written in the package; here it is another one."""
    from timesfm.timesfm_2p5 import timesfm_2p5_base as base
    from timesfm.timesfm_2p5 import timesfm_2p5_torch as built

    def block(inputs: int, outputs: int) -> Any:
        return base.ResidualBlockConfig(
            input_dims=inputs, hidden_dims=16, output_dims=outputs, use_bias=False, activation="swish"
        )

    usual = built.TimesFM_2p5_200M_torch_module.config
    layer = dataclasses.replace(usual.stacked_transformers.transformer, model_dims=16, hidden_dims=16, num_heads=2)
    built.TimesFM_2p5_200M_torch_module.config = dataclasses.replace(
        usual,
        input_patch_len=PATCH,
        output_patch_len=2 * PATCH,
        output_quantile_len=2 * PATCH,
        tokenizer=block(2 * PATCH, 16),
        stacked_transformers=base.StackedTransformersConfig(num_layers=1, transformer=layer),
        output_projection_point=block(16, 20 * PATCH),
        output_projection_quantiles=block(16, 20 * PATCH),
    )
    try:
        yield
    finally:
        built.TimesFM_2p5_200M_torch_module.config = usual


def timesfm_25(folder: Path) -> None:
    from timesfm import TimesFM_2p5_200M_torch

    TimesFM_2p5_200M_torch(torch_compile=False).save_pretrained(folder)


def moment(folder: Path) -> None:
    from momentfm import MOMENTPipeline

    config = {
        "task_name": "reconstruction",
        "model_name": "MOMENT",
        "transformer_type": "encoder_only",
        "transformer_backbone": "google/flan-t5-small",
        "d_model": None,
        "model_kwargs": {},
        "seq_len": LENGTH,
        "patch_len": PATCH,
        "patch_stride_len": PATCH,
        "revin_affine": False,
        "t5_config": {**T5, "vocab_size": 8, "feed_forward_proj": "gated-gelu", "is_encoder_decoder": False},
    }
    MOMENTPipeline(config, model_kwargs={}).save_pretrained(folder, config=config)


def tspulse(folder: Path) -> None:
    from tsfm_public.models.tspulse import TSPulseConfig, TSPulseForReconstruction

    config = TSPulseConfig(
        context_length=LENGTH,
        patch_length=PATCH,
        patch_stride=PATCH,
        mask_block_length=PATCH,
        mask_type="var_hybrid",
        mask_ratio=0.3,
        d_model=16,
        decoder_d_model=16,
        num_layers=1,
        decoder_num_layers=1,
        fuse_fft=True,
        prediction_length=HORIZON,
    )
    TSPulseForReconstruction(config).save_pretrained(folder)


MAKERS: dict[str, Callable[[Path], None]] = {
    maker.__name__: maker for maker in (chronos, chronos_t5, chronos_2, timesfm, timesfm_25, moment, tspulse)
}


def make(name: str, folder: Path) -> Path:
    """Make the named weights, the same ones every time, unless they are there."""
    import torch

    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        with warnings.catch_warnings(), torch.random.fork_rng():
            warnings.simplefilter("ignore")
            torch.manual_seed(0)
            MAKERS[name](folder)
    return folder
