"""What a notebook or a script asks for; `rescale4dl_core` hands these out by name.

Each function is one step of the job: read, measure, rescale, segment, sweep, recommend,
plan, simulate, evaluate. Images and labels may be given as they were read, as paths or as
arrays, one or several. Options are words and numbers; what comes back is frozen and
carries its units. What cannot be done raises a `RescaleError` that says what to do next.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, Sample
from rescale4dl_core.inputs import (
    choice_of,
    diameters_of,
    each_of,
    image_of,
    labels_of,
    metrics_of,
    network_of,
    one_of,
    own_size_of,
    session_of,
)
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.window import DEFAULT_TOLERANCE_PERCENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.segment import Prediction
    from rescale4dl_core.inputs import AnyImage, AnyLabels, File
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.microscope.ranking import Ranking
    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.simulation.look import Look
    from rescale4dl_core.study.results import Sweep

Rescalable = TypeVar("Rescalable", Image, Labels, Sample)


def measure(
    *labels: AnyLabels | Sample | Sequence[AnyLabels | Sample],
    pixel_size_um: float | None = None,
    shape: str = "auto",
    aggregate: str = "mean",
) -> Measurement:
    """Measure the objects of one or several label images: Eq. 1, Eq. 2 and coverage.

    Parameters
    ----------
    *labels : Labels, Sample, path, what `segment` found, or ndarray as for `read_labels`
        One per image; a sample and a file bring their own pixel size.
    pixel_size_um : float, optional
        Side of a pixel in µm, instead of that.
    shape : str
        "auto" chooses the diameter by the shape of the objects, "round" is that of the
        circle of the same area, "elongated" the width along the skeleton.
    aggregate : str
        "mean" of the objects of an image, as the paper prints it, or their "median".

    Raises
    ------
    LabelImageError
        If no object lies inside an image.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> found = r4.measure(r4.demo_sample())
    >>> found.n_objects, round(found.diameter_um, 1), round(found.coverage.percent, 2)
    (46, 8.9, 2.25)
    """
    from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
    from rescale4dl_core.measuring.objects import measure_objects
    from rescale4dl_core.quantities import PixelSize

    size = None if pixel_size_um is None else PixelSize.square(pixel_size_um)
    estimator, within_image = diameters_of(shape, aggregate)
    images = []
    for index, one in enumerate(item for given in labels for item in each_of(given)):
        found = labels_of(one)
        name = one.image.name if isinstance(one, Sample) else f"{found.source} {index + 1}"
        table = measure_objects(found)
        images.append(MeasuredImage(name, table, found.shape, size or own_size_of(one)))
    return summarise(images, estimator=estimator, aggregate=within_image)


def rescale(item: Rescalable, ratio: float, *, binning: str = "mean") -> Rescalable:
    """Return an image, labels or both with pixels `ratio` times as large.

    Image and labels stay registered; no label is invented.

    Parameters
    ----------
    item : Image, Labels or Sample
        What is rescaled.
    ratio : float
        New pixel size / old pixel size: 2 is coarser, 0.5 finer.
    binning : str
        "mean" or "sum" of the pixels that become one.

    Raises
    ------
    QuantityError
        If the ratio is not positive, or leaves no pixel.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> coarse = r4.rescale(r4.demo_sample(), 4)
    >>> coarse.image.shape, coarse.image.pixel_size.y_um
    ((128, 128), 0.8)
    """
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.rescaling import series
    from rescale4dl_core.rescaling.binning import Binning

    factor = RescaleFactor.of(ratio)
    mode = Binning(one_of("binning", binning, tuple(one.value for one in Binning)))
    if isinstance(item, Sample):
        return series.rescale_sample(item, factor, binning=mode)
    if isinstance(item, Image):
        return series.rescale_image(item, factor, binning=mode)
    if isinstance(item, Labels):
        return series.rescale_labels(item, factor)
    raise QuantityError(
        f"{type(item).__name__} was given to rescale, which takes an Image, Labels or a "
        "Sample: whether an array holds grey values or labels decides how it is rescaled. "
        "Wrap it in read_image or read_labels first."
    )


def networks() -> tuple[NetworkCard, ...]:
    """Return the cards of the networks that ship: what they are for, and how good.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> sorted(card.name for card in r4.networks())[:2]
    ['stardist-bacteria-phase', 'stardist-cocci-fluo']
    """
    from rescale4dl_core.inference.store import shipped_cards

    return shipped_cards()


def segment(
    image: AnyImage,
    model: str | Path | Network = "unet-nuclei-fluo",
    *,
    provider: str = "auto",
    progress: Progress = silent,
) -> Prediction:
    """Find the objects of one image by a network.

    Parameters
    ----------
    image : Image, Sample, path or ndarray
        Grey, or colour where the network needs it.
    model : str, Path or Network
        Name of a network that ships, an .onnx file, a bioimage.io package, or a network
        that `open_network` opened.
    provider : str
        "auto", "cpu" or "cuda".

    Raises
    ------
    NetworkError
        If there is no such network, or it cannot run on this image.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> found = r4.segment(r4.rescale(r4.demo_sample(), 4), "unet-nuclei-fluo")
    >>> found.labels.shape, found.labels.source
    ((128, 128), 'unet-nuclei-fluo')
    """
    from rescale4dl_core.inference import segment as inference

    return inference.segment(
        image_of(image), network_of(model, provider), progress=progress
    )


def sweep(
    images: AnyImage | Sequence[AnyImage],
    labels: AnyLabels | Sequence[AnyLabels] | None = None,
    *,
    model: str | Path | Network,
    ratios: Sequence[float] = (),
    stability: bool | None = None,
    metrics: Sequence[File] = (),
    shape: str = "auto",
    aggregate: str = "mean",
    provider: str = "auto",
    progress: Progress = silent,
) -> Sweep:
    """Run a network on the same sample at many pixel sizes.

    Parameters
    ----------
    images, labels
        As for `recommend`; with labels every scale is scored against them.
    model : str, Path or Network
        As for `segment`.
    ratios : sequence of float
        New / old pixel sizes; without any, 4x finer to 16x coarser in steps of √2.
    stability : bool, optional
        Whether disturbed versions are run too, five times the work; None: where there are
        no labels.
    metrics : sequence of path
        As for `evaluate`.
    shape, aggregate : str
        As for `measure`.

    Raises
    ------
    RescaleError
        If nothing can be measured, or the network runs at no scale.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> swept = r4.sweep(r4.demo_sample(), model="unet-nuclei-fluo", ratios=[4])
    >>> [(scale.ratio, scale.n_objects > 30) for scale in swept.scales]
    [(4.0, True)]
    """
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.session.choices import Choices, SweepChoices
    from rescale4dl_core.session.recommend_samples import measured_labels
    from rescale4dl_core.session.sweeping import sweep_session

    estimator, within_image = diameters_of(shape, aggregate)
    choices = Choices(
        estimator=estimator,
        aggregate=within_image,
        sweep=SweepChoices(stability=stability),
    )
    session = session_of(images, labels, choices)
    measurement, _ = measured_labels(session, progress=progress)
    return sweep_session(
        session,
        network_of(model, provider),
        measurement,
        factors=[RescaleFactor.of(ratio) for ratio in ratios] or None,
        metrics=metrics_of(metrics),
        progress=progress,
    )


def recommend(
    images: Measurement | AnyImage | Sequence[AnyImage],
    labels: AnyLabels | Sequence[AnyLabels] | None = None,
    *,
    model: str | Path | Network | None = None,
    with_sweep: bool = True,
    sweep: Sweep | None = None,
    purpose: str = "counting",
    shape: str = "auto",
    aggregate: str = "mean",
    numerical_aperture: float | None = None,
    immersion_index: float = 1.0,
    emission_nm: float = 520.0,
    tolerance_percent: float = DEFAULT_TOLERANCE_PERCENT,
    provider: str = "auto",
    progress: Progress = silent,
) -> Recommendation:
    """Recommend the pixel size to acquire at, with reasons, cautions and how sure it is.

    Parameters
    ----------
    images : Image, Sample, path or ndarray, or several in a list; or a Measurement
        Of one sample. A `Sample` may bring its labels along; what `measure` returned does
        without images, as long as no network is to be run.
    labels : as for `measure`, or a list of as many as there are images, optional
        Where the objects are; without, a threshold and watershed finds them. What
        `segment` found tells sizes as well, and no score is taken against it.
    model : str, Path or Network, optional
        A network to try, as for `segment`; without one the published window decides, or
        the network of `sweep`.
    with_sweep : bool
        Whether the network is run at many pixel sizes; else what is known of it decides.
    sweep : Sweep, optional
        What `sweep` returned for these images: the network is not run again. One of your
        own is given as `model` too.
    purpose : str
        "counting", "size" or "structure": what the images are for.
    shape, aggregate : str
        As for `measure`, which has decided them where its answer is given.
    numerical_aperture, immersion_index, emission_nm : float
        Of the sample as taken, to compare with Nyquist; needed for "structure".
    tolerance_percent : float
        How much of the best score may be given up for coarser pixels.

    Raises
    ------
    RescaleError
        If nothing can be measured, the network runs at no scale, or the sweep is of
        another network or of other images.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> advice = r4.recommend(r4.demo_sample())
    >>> round(advice.pixel_size_um, 2), advice.confidence.level.value
    (0.71, 'moderate')
    """
    from rescale4dl_core.advice.coverage_rule import Purpose
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.session.choices import Choices, SweepChoices
    from rescale4dl_core.session.recommend_samples import (
        recommend_measured,
        recommend_samples,
    )

    estimator, within_image = diameters_of(shape, aggregate)
    choices = Choices(
        purpose=choice_of("purpose", purpose, Purpose),
        estimator=estimator,
        aggregate=within_image,
        numerical_aperture=numerical_aperture,
        immersion_index=immersion_index,
        emission_nm=emission_nm,
        sweep=SweepChoices(tolerance_percent=tolerance_percent),
    )
    asked = sweep.network if model is None and sweep is not None else model
    network = None if asked is None else network_of(asked, provider)
    if isinstance(images, Measurement):
        if labels is not None or (network is not None and with_sweep and sweep is None):
            raise QuantityError(
                "A measurement was given: it holds its objects, and no pixels to run a "
                "network on. Leave the labels out, and with a model write "
                "with_sweep=False; or give the images."
            )
        return recommend_measured(images, choices, network, sweep=sweep)
    session = session_of(images, labels, choices)
    return recommend_samples(
        session, network, with_sweep=with_sweep, sweep=sweep, progress=progress
    ).advice


def plan(
    diameter_um: float | Recommendation | Measurement,
    *,
    objectives: Sequence[Objective] = (),
    cameras: Sequence[Camera] = (),
    binnings: Sequence[int] = (),
    model: str | Path | Network | None = None,
    modality: str = "widefield",
    emission_nm: float = 520.0,
    density_per_um2: float | None = None,
    timing: FieldTiming | None = None,
    n_objects_wanted: int = 1000,
    n_wells: int = 1,
    for_structure: bool = False,
) -> Ranking:
    """Rank objective x camera x binning by objects per hour under a bound on quality.

    Parameters
    ----------
    diameter_um : float, Recommendation or Measurement
        Mean diameter of the objects in µm, or what measured it: that brings area and
        density along, advice its purpose, window, expected scores and tolerance too.
    objectives, cameras : sequence of Objective or Camera
        Of your microscope; without any, the catalogue that ships.
    binnings : sequence of int
        Pixels that are added along each axis; without any 1, 2 and 4, and 1 for a point
        scanner, which has scan formats instead: give them as cameras.
    model : str, Path or Network, optional
        Whose window and usual scores bound the quality; without one the published window,
        or that of the advice.
    modality : str
        "widefield", "transmitted", "spinning_disk" or "point_scanner".
    emission_nm : float
        Colour of the light that is seen.
    density_per_um2 : float, optional
        Objects per µm² of the sample; without one as many as fit (Eq. 3).
    timing : FieldTiming, optional
        What the microscope does at one field; the shortest believable by default.
    n_objects_wanted, n_wells : int
        In each well, and in how many.
    for_structure : bool
        Whether what is inside the objects is to be seen: then Nyquist decides.

    Raises
    ------
    QuantityError
        If the size of the objects in µm is not known, or a number makes no sense.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> lens = r4.Objective("10x", 10, numerical_aperture=0.45)
    >>> camera = r4.Camera("sCMOS", 6.5, 2048, 2048)
    >>> ranking = r4.plan(10.0, objectives=[lens], cameras=[camera], binnings=[1, 2])
    >>> ranking.best.configuration.binning, ranking.best.coverage_percent
    (1, 6.5)
    """
    from rescale4dl_core.advice.evidence import NetworkEvidence, usual_scores
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.microscope.catalogue import shipped_cameras, shipped_objectives
    from rescale4dl_core.microscope.configuration import Stand
    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.microscope.light import Light, Modality
    from rescale4dl_core.microscope.ranking import rank
    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.session.advising import advise
    from rescale4dl_core.session.choices import Choices, PlanChoices, SweepChoices
    from rescale4dl_core.session.planning import goal_of

    light = Light(choice_of("modality", modality, Modality), emission_nm)
    timing = timing or FieldTiming()
    advice = diameter_um
    if isinstance(advice, Measurement):
        advice = advise(advice, Choices())
    if isinstance(advice, Recommendation):
        tolerance_percent = advice.tolerance_percent
        if tolerance_percent is None:
            tolerance_percent = DEFAULT_TOLERANCE_PERCENT
        chosen = Choices(
            purpose=advice.purpose,
            timing=timing,
            emission_nm=emission_nm,
            n_objects_wanted=n_objects_wanted,
            n_wells=n_wells,
            plan=PlanChoices(modality=light.modality),
            sweep=SweepChoices(tolerance_percent=tolerance_percent),
        )
        goal = goal_of(advice, chosen)
    elif advice is None:
        raise QuantityError(
            "The diameter of the objects in µm is not known. Give it as a number, or give "
            "pixel_size_um where the image is read or measured."
        )
    else:
        goal = Goal(
            diameter_um=advice,
            light=light,
            timing=timing,
            n_objects_wanted=n_objects_wanted,
            n_wells=n_wells,
        )
    if model is not None:
        evidence = NetworkEvidence.of_network(network_of(model, "cpu"))
        goal = replace(goal, window=evidence.window, curve=usual_scores(evidence))
    if density_per_um2 is not None:
        goal = replace(goal, density_per_um2=density_per_um2)
    # A scanner has no pixels to add up; its scan formats are rows of the camera table.
    usual = (1,) if light.modality is Modality.POINT_SCANNER else (1, 2, 4)
    stand = Stand(
        tuple(objectives) or shipped_objectives(),
        tuple(cameras) or shipped_cameras(),
        tuple(binnings) or usual,
    )
    return rank(stand, replace(goal, for_structure=for_structure or goal.for_structure))


def simulate(
    image: AnyImage,
    objective: Objective,
    camera: Camera,
    *,
    binning: int = 1,
    modality: str = "widefield",
    emission_nm: float = 520.0,
    numerical_aperture: float | None = None,
    exposure_ratio: float = 1.0,
    progress: Progress = silent,
) -> Look:
    """Show the sample as another objective, camera and binning would, before booking.

    Parameters
    ----------
    image : Image or Sample
        With its pixel size known; the sample must be finer and sharper than the view.
    objective, camera : Objective, Camera
        Of the view.
    binning : int
        Pixels that are added along each axis.
    modality, emission_nm
        How the sample is lit, as for `plan`, and the colour in nm.
    numerical_aperture : float, optional
        Of the sample as taken, for light and blur.
    exposure_ratio : float
        Exposure time / that of the sample.

    Raises
    ------
    QuantityError
        If the sample cannot stand for that view: its pixel size is unknown, or it is
        coarser or blurrier.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> lens = r4.Objective("10x", 10, numerical_aperture=0.45)
    >>> seen = r4.simulate(r4.demo_sample(), lens, r4.Camera("sCMOS", 6.5, 2048, 2048))
    >>> seen.image.shape, seen.image.pixel_size.y_um
    ((157, 157), 0.65)
    """
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.light import Modality
    from rescale4dl_core.session.choices import Choices, LookChoices, PlanChoices
    from rescale4dl_core.session.looking import look_through

    choices = Choices(
        numerical_aperture=numerical_aperture,
        emission_nm=emission_nm,
        plan=PlanChoices(modality=choice_of("modality", modality, Modality)),
        look=LookChoices(exposure_ratio=exposure_ratio),
    )
    configuration = Configuration(objective, camera, binning)
    return look_through(image_of(image), configuration, choices, progress=progress)


def evaluate(
    dataset: File,
    *,
    kind: str = "auto",
    metrics: Sequence[File] = (),
    n_workers: int = 1,
    progress: Progress = silent,
) -> Evaluation:
    """Score the predictions of a data set over its samplings.

    Parameters
    ----------
    dataset : path
        Folder of <sampling>/{GT,Prediction}/<name>.tif.
    kind : str
        What pixel values are: "instance", "semantic", "binary", or "auto" to tell it.
    metrics : sequence of path
        Python files with a function score(gt, prediction) of your own; those of installed
        packages count too.
    n_workers : int
        Processes to work in.

    Raises
    ------
    ReadingError
        If not a single pair can be scored.

    Examples
    --------
    >>> import tempfile, pathlib, tifffile
    >>> import rescale4dl_core as r4
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for part in ("GT", "Prediction"):
    ...     (folder / "OG" / part).mkdir(parents=True)
    ...     tifffile.imwrite(folder / "OG" / part / "a.tif", r4.demo_sample().labels.pixels)
    >>> [(one.name, one.iou) for one in r4.evaluate(folder).samplings]
    [('OG', 1.0)]
    """
    from rescale4dl_core.distributed.choice import mapper_for
    from rescale4dl_core.evaluation.evaluation import evaluate_dataset
    from rescale4dl_core.evaluation.folders import find_pairs
    from rescale4dl_core.evaluation.kind_of_maps import Kind

    one_of("kind", kind, ("auto", *Kind))
    return evaluate_dataset(
        find_pairs(Path(dataset)),
        kind=None if kind == "auto" else Kind(kind),
        metrics=metrics_of(metrics),
        mapper=mapper_for(n_workers),
        progress=progress,
    )
