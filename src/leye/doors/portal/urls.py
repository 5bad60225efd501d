"""Addresses of the public pages."""

from django.urls import path

from leye.doors.portal.views import (
    atlas,
    atlas_compare,
    figures,
    home,
    maps,
    plan,
    series,
    situation,
    warning,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("display/", home.display, name="display"),
    path("plan/", plan.scorecard, name="plan"),
    path("plan/export.xlsx", plan.export, name="plan_export"),
    path("plan/<str:target_id>/", plan.target, name="target"),
    path("atlas/", atlas.atlas, name="atlas"),
    path("atlas/compare/", atlas_compare.compare, name="atlas_compare"),
    path("atlas/find/", atlas.find, name="atlas_find"),
    path("atlas/export.<str:form>", atlas.export, name="atlas_export"),
    path("map/", maps.city_map, name="map"),
    path("map/export.<str:form>", maps.export, name="map_export"),
    path("map/search/", maps.search, name="place_search"),
    path("map/<str:code>/", maps.place, name="place"),
    path("series/unemployment/", series.unemployment, name="series"),
    path("series/unemployment/export.<str:form>", series.export, name="series_export"),
    path("situation/", situation.room, name="situation"),
    path("situation/report.docx", situation.report, name="situation_report"),
    path("warning/", warning.released, name="warning_releases"),
    path("warning/backtest/", warning.backtest, name="backtest"),
    path("warning/backtest/export.<str:form>", warning.backtest_export, name="backtest_export"),
    path("warning/lines/", warning.lines, name="warning_lines"),
    path("indicators/", figures.indicators, name="indicators"),
    path("indicators/<str:code>/", figures.indicator, name="indicator"),
    path("figures/", figures.figure, name="figure"),
]
