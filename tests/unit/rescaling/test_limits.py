"""What is said beside every coarser view."""

from rescale4dl_core.rescaling.series import NOT_A_REAL_OBJECTIVE, SOURCE


def test_the_limit_names_blur_noise_and_what_to_do():
    for word in ("blur", "noise", "point spread function", "check", "real objective"):
        assert word in NOT_A_REAL_OBJECTIVE
    assert "Applied Optics 46 (2007) 1819" in SOURCE
