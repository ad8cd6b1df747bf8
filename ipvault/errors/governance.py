"""Policies, decisions, and what has to be asked before documents leave."""

from __future__ import annotations

from ipvault.errors.base import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.text import N_


class PolicyRefused(VaultError):
    id = "policy-refused"
    exit_code = ExitCode.USAGE
    message = N_("{place} cannot be taken as a policy: {reason}")
    hint = N_(
        "`{ipvault} policy export -o -` writes the present one, to begin from; `{ipvault} help policy` explains it"
    )


class GateClosed(VaultError):
    id = "gate-closed"
    exit_code = ExitCode.DENIED
    message = N_("the policy does not let this leave the vault: {problems}")
    hint = N_("{remedies}")


class ApprovalNeeded(GateClosed):
    id = "approval-needed"
    exit_code = ExitCode.NEEDS_PERSON
    message = N_("something is still needed before this leaves the vault: {problems}")


class NoSuchRequest(VaultError):
    id = "no-such-request"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no request has an id that begins with {name}")
    hint = N_("`{ipvault} request list` shows what there is")


class NoSuchAgreement(VaultError):
    id = "no-such-agreement"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no agreement has an id that begins with {name}, and no document of one is called that")
    hint = N_("`{ipvault} agreement list` shows what there is")


class AmbiguousAgreement(NoSuchAgreement):
    id = "ambiguous-agreement"
    message = N_("{name} could be any of several agreements: {candidates}")
    hint = N_("write more of the id")


class NoSuchAssessment(VaultError):
    id = "no-such-assessment"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no assessment has an id that begins with {name}")
    hint = N_("`{ipvault} risk list` shows what there is")


class AnswersRefused(VaultError):
    id = "answers-refused"
    exit_code = ExitCode.USAGE
    message = N_("{place} cannot be taken as answers: {reason}")
    hint = N_("`{ipvault} risk questions -o answers.toml` writes a file to fill in; `{ipvault} help risk` explains it")


class NoSuchTraining(VaultError):
    id = "no-such-training"
    exit_code = ExitCode.NOT_FOUND
    message = N_("no text that is to be accepted is called {name}, or has an id that begins so")
    hint = N_("`{ipvault} training list` shows what there is")


class TermsRefused(VaultError):
    id = "terms-refused"
    exit_code = ExitCode.USAGE
    message = N_("{place} cannot be taken as the terms of an agreement: {reason}")
    hint = N_("`{ipvault} help agreements` explains them; `{ipvault} agreement show ID --toml` writes those of another")
