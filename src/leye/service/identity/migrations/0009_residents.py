"""Accounts of residents, and audit events of what they do.

SQLite makes a table anew to add a constraint, and the triggers that keep the audit record from being
changed go with the old one: they are put back at the end, whichever way the migration runs.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from leye.service.identity import appendonly


def _install(_apps: Any, schema_editor: Any) -> None:
    appendonly.install(schema_editor.connection, "identity_auditevent")


def _nothing(_apps: Any, _schema_editor: Any) -> None:
    """Leave everything as it is."""


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0008_screens'),
    ]

    operations = [
        migrations.RunPython(_nothing, _install),
        migrations.CreateModel(
            name='ResidentAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.BigIntegerField(db_index=True, verbose_name='人员编号')),
                ('place', models.CharField(max_length=12, verbose_name='居住地')),
                ('password', models.CharField(blank=True, default='', max_length=128, verbose_name='密码')),
                ('opened_at', models.DateTimeField(verbose_name='开通时间')),
                ('activated_at', models.DateTimeField(null=True, verbose_name='启用时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='注销时间')),
                ('session_epoch', models.PositiveIntegerField(default=0, verbose_name='会话批次')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '居民账号',
                'verbose_name_plural': '居民账号',
            },
        ),
        migrations.CreateModel(
            name='ActivationCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=128, verbose_name='开通码摘要')),
                ('issued_at', models.DateTimeField(verbose_name='发放时间')),
                ('expires_at', models.DateTimeField(verbose_name='到期时间')),
                ('used_at', models.DateTimeField(null=True, verbose_name='使用时间')),
                ('voided_at', models.DateTimeField(null=True, verbose_name='作废时间')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='identity.residentaccount')),
            ],
            options={
                'verbose_name': '开通码',
                'verbose_name_plural': '开通码',
                'ordering': ('-id',),
            },
        ),
        migrations.AddField(
            model_name='auditevent',
            name='resident',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.residentaccount'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['subject_type', 'subject_id', '-id'], name='audit_subject'),
        ),
        migrations.AddConstraint(
            model_name='auditevent',
            constraint=models.CheckConstraint(condition=models.Q(('actor', None), ('resident', None), _connector='OR'), name='audit_one_actor'),
        ),
        migrations.AddConstraint(
            model_name='residentaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('person',), name='resident_one_open'),
        ),
        migrations.AddConstraint(
            model_name='residentaccount',
            constraint=models.CheckConstraint(condition=models.Q(('place__regex', '^[0-9]{6}([0-9]{3}([0-9]{3})?)?$')), name='resident_place_form'),
        ),
        migrations.AddConstraint(
            model_name='residentaccount',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at', None), ('password', ''), _connector='OR'), name='resident_closed_keeps_no_password'),
        ),
        migrations.AddConstraint(
            model_name='activationcode',
            constraint=models.UniqueConstraint(condition=models.Q(('used_at', None), ('voided_at', None)), fields=('account',), name='activation_code_one_open'),
        ),
        migrations.AddConstraint(
            model_name='activationcode',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='activation_code_ends'),
        ),
        migrations.RunPython(_install, _nothing),
    ]
