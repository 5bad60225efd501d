"""Addresses of the staff pages."""

from django.urls import path

from leye.doors.console.views import (
    accounts,
    audit,
    conflict,
    conflicts,
    deliveries,
    home,
    persons,
    quality,
    signin,
    source_deliveries,
    sources,
    upload,
)

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", signin.sign_in, name="sign_in"),
    path("sign-out/", signin.sign_out, name="sign_out"),
    path("password/", signin.password, name="password"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/new/", upload.delivery_new, name="delivery_new"),
    path("deliveries/template.xlsx", upload.delivery_template, name="delivery_template"),
    path("deliveries/<str:number>/", deliveries.delivery, name="delivery"),
    path("deliveries/<str:number>/file", deliveries.delivery_file, name="delivery_file"),
    path("deliveries/<str:number>/issues.xlsx", deliveries.delivery_issues, name="delivery_issues"),
    path("deliveries/<str:number>/publish", deliveries.delivery_publish, name="delivery_publish"),
    path(
        "deliveries/<str:number>/confirm",
        source_deliveries.source_confirm,
        name="source_confirm",
    ),
    path("sources/", sources.sources, name="sources"),
    path("sources/<slug:name>/", sources.source, name="source"),
    path("sources/<slug:name>/template.xlsx", sources.source_form, name="source_template"),
    path("sources/<slug:name>/new/", sources.source_upload, name="source_upload"),
    path("quality/", quality.quality, name="quality"),
    path("quality/<slug:name>/", quality.quality_source, name="quality_source"),
    path("quality/<slug:name>/export.xlsx", quality.quality_export, name="quality_export"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("conflicts/export.xlsx", conflicts.conflicts_export, name="conflicts_export"),
    path("conflicts/dismiss/", conflicts.conflicts_dismiss, name="conflicts_dismiss"),
    path("conflicts/<slug:number>/", conflict.conflict_page, name="conflict"),
    path("conflicts/<slug:number>/decide/", conflict.conflict_decide, name="conflict_decide"),
    path("conflicts/<slug:number>/person/", conflict.conflict_person, name="conflict_person"),
    path("persons/", persons.persons, name="persons"),
    path("persons/export.xlsx", persons.persons_export, name="persons_export"),
    path("lineage/", persons.lineage, name="lineage"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<str:key>/", accounts.account, name="account"),
    path("accounts/<str:key>/grants/", accounts.account_grants, name="account_grants"),
    path("accounts/<str:key>/password/", accounts.account_password, name="account_password"),
    path("accounts/<str:key>/active/", accounts.account_active, name="account_active"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.xlsx", audit.audit_export, name="audit_export"),
]
