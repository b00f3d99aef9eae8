"""The town's trees as open data: CSV and GeoJSON. Public, and nothing of people in them."""

from kaarst.metering.trees.pages import TreesView

import csv
import io
import json


COLUMNS = (
    "id", "title", "species", "german", "planted", "street", "district", "latitude", "longitude",
    "state", "reason", "since", "url",
)  # fmt: skip
# A cell that begins like this is a formula for a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def described(view, standing) -> dict:
    """What is public of a tree; `since` is the moment that the state rests on, ISO 8601 in UTC."""
    tree, judgement = standing.tree, standing.judgement
    return {
        "id": tree.getId(),
        "title": tree.title,
        "species": tree.species or "",
        "german": tree.german,
        "planted": tree.planted,
        "street": tree.street or "",
        "district": tree.district or "",
        "latitude": tree.latitude,
        "longitude": tree.longitude,
        "state": judgement.state,
        "reason": " ".join(view.say(one) for one in (judgement.reason, *judgement.notes)),
        "since": judgement.since.isoformat(timespec="seconds"),
        "url": tree.absolute_url(),
    }


class TreesCSV(TreesView):
    """`trees.csv`: one line a tree, UTF-8, semicolons, decimal points."""

    def __call__(self):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(COLUMNS)
        for standing in self.standings:
            found = described(self, standing)
            writer.writerow([_cell(found[name]) for name in COLUMNS])
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="baeume.csv"')
        response.setHeader("Access-Control-Allow-Origin", "*")
        return "\ufeff" + out.getvalue()


class TreesGeoJSON(TreesView):
    """`trees.geojson`: RFC 7946, one point a tree; trees without a place have no geometry."""

    def __call__(self):
        features = []
        for standing in self.standings:
            found = described(self, standing)
            longitude, latitude = found.pop("longitude"), found.pop("latitude")
            placed = None not in (longitude, latitude)
            features.append(
                {
                    "type": "Feature",
                    "id": found["id"],
                    "geometry": {"type": "Point", "coordinates": [longitude, latitude]}
                    if placed
                    else None,
                    "properties": found,
                }
            )
        response = self.request.response
        response.setHeader("Content-Type", "application/geo+json; charset=utf-8")
        response.setHeader("Access-Control-Allow-Origin", "*")
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _cell(value) -> str:
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
