"""The CloudFormation template that SAM makes of template.yaml, as it would be deployed."""

import warnings
from functools import cache
from typing import Any

from boto3 import Session
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.template import ROOT

_TEMPLATE = ROOT / "template.yaml"


@cache
def resources() -> dict[str, dict[str, Any]]:
    """Logical id → resource, intrinsics left as they are."""
    template = yaml_parse(_TEMPLATE.read_text())
    for resource in template["Resources"].values():
        # What `sam package` does: the translator takes code from S3 only.
        for name in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][name] = "s3://bucket/key"
    translator = Translator({}, Parser(), boto_session=Session(region_name="us-east-1"))
    return translator.translate(template, parameter_values={})["Resources"]


def resolved(**parameters: str) -> dict[str, dict[str, Any]]:
    """The resources as written, with Globals put in and parameters and conditions worked out."""
    with warnings.catch_warnings():
        # SAM calls deprecated functions of its own.
        warnings.simplefilter("ignore", DeprecationWarning)
        template = SamLocalStackProvider.get_template(yaml_parse(_TEMPLATE.read_text()), parameters)
    return template["Resources"]


def of_type(name: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties of the resources of one type."""
    return {key: r["Properties"] for key, r in resources().items() if r["Type"] == name}
