"""CZI files laid out by hand after Zeiss's specification, tile by tile."""

import struct

XML = """<ImageDocument><Metadata><Information><Image><Dimensions>
<Channels><Channel Name="DAPI"/><Channel Name="GFP"/></Channels>
<S><Scenes><Scene Index="0" Name="A1"/><Scene Index="1" Name="B2"/></Scenes></S>
</Dimensions></Image></Information><Scaling><Items>
<Distance Id="X"><Value>{size}</Value></Distance>
<Distance Id="Y"><Value>{size}</Value></Distance>
</Items></Scaling></Metadata></ImageDocument>"""
GRAY8, GRAY16, BGR24 = 0, 1, 3


def segment(identity, content):
    return struct.pack("<16sqq", identity, len(content), len(content)) + content


def entry(position, pixel_type, compression, dimensions):
    head = struct.pack(
        "<2siqiib5xi", b"DV", pixel_type, position, 0, compression, 0, len(dimensions)
    )
    rows = [
        struct.pack("<4siifi", letter.encode(), start, size, float(start), stored)
        for letter, (start, size, stored) in dimensions.items()
    ]
    return head + b"".join(rows)


def tile(pixels, *, row=0, column=0, pixel_type=GRAY16, compression=0, payload=None, **at):
    """Return pixel type, compression, dimensions and stored bytes of a sub-block."""
    rows, columns = pixels.shape[:2]
    zoom = at.pop("zoom", 1)
    dimensions = {
        "X": (column, columns * zoom, columns),
        "Y": (row, rows * zoom, rows),
        **{letter: (start, 1, 1) for letter, start in at.items()},
    }
    stored = pixels.tobytes() if payload is None else payload
    return pixel_type, compression, dimensions, stored


def write_czi(path, tiles, size="2e-007", part=0):
    xml = XML.format(size=size).encode()
    metadata = struct.pack("<ii", len(xml), 0).ljust(256, b"\0") + xml
    data = segment(b"ZISRAWFILE", bytes(512))
    metadata_at = len(data)
    data += segment(b"ZISRAWMETADATA", metadata)
    entries = []
    for pixel_type, compression, dimensions, stored in tiles:
        entries.append(entry(len(data), pixel_type, compression, dimensions))
        head = struct.pack("<iiq", 4, 0, len(stored)) + entries[-1]
        data += segment(b"ZISRAWSUBBLOCK", head.ljust(256, b"\0") + b"meta" + stored)
    directory_at = len(data)
    directory = struct.pack("<i124x", len(entries)) + b"".join(entries)
    data += segment(b"ZISRAWDIRECTORY", directory)
    header = struct.pack(
        "<iiii16s16siqqiq", 1, 0, 0, 0, b"", b"", part, directory_at, metadata_at, 0, 0
    )
    path.write_bytes(data[:32] + header.ljust(512, b"\0") + data[32 + 512 :])
    return path
