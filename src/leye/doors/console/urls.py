"""Addresses of the staff pages."""

from django.urls import path

from leye.doors.console.views import accounts, audit, deliveries, home, signin, upload

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
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<str:key>/", accounts.account, name="account"),
    path("accounts/<str:key>/grants/", accounts.account_grants, name="account_grants"),
    path("accounts/<str:key>/password/", accounts.account_password, name="account_password"),
    path("accounts/<str:key>/active/", accounts.account_active, name="account_active"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export.xlsx", audit.audit_export, name="audit_export"),
]
