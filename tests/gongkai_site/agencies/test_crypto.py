"""Sealing, opening, finding and masking."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_site.agencies import crypto

NUMBER = "44010619900101123X"


def test_what_is_sealed_opens_again() -> None:
    sealed = crypto.encrypt(NUMBER, purpose="identity")
    assert NUMBER.encode() not in sealed
    assert crypto.decrypt(sealed, purpose="identity") == NUMBER
    assert crypto.decrypt(memoryview(sealed), purpose="identity") == NUMBER


def test_the_same_text_never_seals_the_same() -> None:
    assert crypto.encrypt(NUMBER, purpose="identity") != crypto.encrypt(NUMBER, purpose="identity")


def test_another_purpose_does_not_open_it() -> None:
    sealed = crypto.encrypt(NUMBER, purpose="identity")
    with pytest.raises(crypto.CannotOpen, match="它被改动过，或者密钥不对"):
        crypto.decrypt(sealed, purpose="contact")


@pytest.mark.parametrize("place", [-1, 20, 30])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(crypto.encrypt(NUMBER, purpose="identity"))
    sealed[place] ^= 1
    with pytest.raises(crypto.CannotOpen):
        crypto.decrypt(bytes(sealed), purpose="identity")


@pytest.mark.parametrize("rubbish", [b"", b"gk1", b"gk1.abc.short", b"plain text"])
def test_what_was_never_sealed_is_said_so(rubbish: bytes) -> None:
    with pytest.raises(crypto.CannotOpen, match="不是本系统加密的"):
        crypto.decrypt(rubbish, purpose="identity")


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old = crypto.encrypt(NUMBER, purpose="identity")
    found = crypto.blind_index(NUMBER, purpose="identity")
    key = crypto.rotate()
    assert crypto.decrypt(old, purpose="identity") == NUMBER
    assert not crypto.is_current(old)
    new = crypto.encrypt(NUMBER, purpose="identity")
    assert crypto.is_current(new)
    assert new.split(b".")[1].decode() == key
    assert crypto.blind_index(NUMBER, purpose="identity") == found


def test_a_lost_key_is_said_so(keys_file: Path) -> None:
    sealed = crypto.encrypt(NUMBER, purpose="identity")
    keys_file.unlink()
    with pytest.raises(crypto.CannotOpen, match="请从备份恢复密钥文件"):
        crypto.decrypt(sealed, purpose="identity")
    assert not keys_file.exists()
    crypto.ensure_keys()
    with pytest.raises(crypto.CannotOpen, match="请从备份恢复密钥文件"):
        crypto.decrypt(sealed, purpose="identity")


def test_the_key_file_is_its_owners_alone(keys_file: Path) -> None:
    crypto.ensure_keys()
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    before = json.loads(keys_file.read_text())
    crypto.ensure_keys()
    assert json.loads(keys_file.read_text()) == before
    crypto.rotate()
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    assert [path.name for path in keys_file.parent.iterdir()] == [keys_file.name]


def test_an_index_finds_equal_texts_of_one_purpose() -> None:
    found = crypto.blind_index(NUMBER, purpose="identity")
    assert crypto.blind_index(" 440106 19900101 123x ", purpose="identity") == found
    assert crypto.blind_index(NUMBER, purpose="phone") != found
    assert crypto.blind_index("440106199001011230", purpose="identity") != found


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (NUMBER, "440…123X"),
        ("91440101MA59XXXX0A", "914…XX0A"),
        ("1234567890", "123…7890"),
        ("G1234567", "G…"),
        ("", ""),
    ],
)
def test_a_number_is_shown_by_its_ends(number: str, shown: str) -> None:
    assert crypto.mask_identity(number) == shown


@given(st.text(max_size=200))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert crypto.decrypt(crypto.encrypt(text, purpose="p"), purpose="p") == text
