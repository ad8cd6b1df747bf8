"""Every way in which ipvault can fail: an id, an exit code, named fields and the words.

The words stand here and nowhere else, so that they can be reviewed and translated in one place. Fields are for
programs (`--json` prints them) and never carry a secret. Text that came from outside is made safe to print where it
is shown, not here.
"""

from __future__ import annotations

from ipvault.errors.base import (
    BinaryToTerminal as BinaryToTerminal,
    BrokenPipe as BrokenPipe,
    CommandLineWrong as CommandLineWrong,
    Denied as Denied,
    Interrupted as Interrupted,
    InterruptedOutside as InterruptedOutside,
    LastOwner as LastOwner,
    MemoryExhausted as MemoryExhausted,
    NeedsConfirmation as NeedsConfirmation,
    NoHome as NoHome,
    NoLongerMember as NoLongerMember,
    NotConfirmed as NotConfirmed,
    NotYetMember as NotYetMember,
    RecordsOnly as RecordsOnly,
    RoleMissing as RoleMissing,
    Unexpected as Unexpected,
    UsageError as UsageError,
    VaultError as VaultError,
)
from ipvault.errors.compliance import NoSuchFramework as NoSuchFramework, PackRefused as PackRefused
from ipvault.errors.contents import (
    Ambiguous as Ambiguous,
    AmbiguousAddress as AmbiguousAddress,
    AmbiguousId as AmbiguousId,
    AmbiguousMember as AmbiguousMember,
    AmbiguousRoom as AmbiguousRoom,
    AmbiguousSubject as AmbiguousSubject,
    Conflict as Conflict,
    DestinationExists as DestinationExists,
    DestinationTaken as DestinationTaken,
    DestinationUnsafe as DestinationUnsafe,
    DirectoryNotEmpty as DirectoryNotEmpty,
    Erased as Erased,
    FolderTaken as FolderTaken,
    ItemExists as ItemExists,
    ItemsExist as ItemsExist,
    NameTaken as NameTaken,
    NoMatch as NoMatch,
    NoSuchMember as NoSuchMember,
    NoSuchRecord as NoSuchRecord,
    NoSuchRoom as NoSuchRoom,
    NoSuchVersion as NoSuchVersion,
    NotARoom as NotARoom,
    NotFound as NotFound,
    NothingAndNobody as NothingAndNobody,
    RecordTooLong as RecordTooLong,
    SourceNotFound as SourceNotFound,
)
from ipvault.errors.dlp import (
    AlreadyWaived as AlreadyWaived,
    CorpusRefused as CorpusRefused,
    NoSuchRule as NoSuchRule,
    NotAFinding as NotAFinding,
    RulesRefused as RulesRefused,
)
from ipvault.errors.evidence import (
    AmbiguousWitness as AmbiguousWitness,
    AnotherStart as AnotherStart,
    EvidenceRefused as EvidenceRefused,
    Forked as Forked,
    HeadRefused as HeadRefused,
    NoSuchCustody as NoSuchCustody,
    NoSuchHandOver as NoSuchHandOver,
    NoSuchWitness as NoSuchWitness,
    NotExtended as NotExtended,
    NothingRecorded as NothingRecorded,
    NotWitnessed as NotWitnessed,
    OlderRequest as OlderRequest,
    StrangersHead as StrangersHead,
)
from ipvault.errors.governance import (
    AmbiguousAgreement as AmbiguousAgreement,
    AnswersRefused as AnswersRefused,
    ApprovalNeeded as ApprovalNeeded,
    GateClosed as GateClosed,
    NoSuchAgreement as NoSuchAgreement,
    NoSuchAssessment as NoSuchAssessment,
    NoSuchRequest as NoSuchRequest,
    NoSuchTraining as NoSuchTraining,
    PolicyRefused as PolicyRefused,
    TermsRefused as TermsRefused,
)
from ipvault.errors.identities import (
    ForeignShares as ForeignShares,
    IdentityExists as IdentityExists,
    IdentityUnsafe as IdentityUnsafe,
    KeyFileNeeded as KeyFileNeeded,
    KeyFileRefused as KeyFileRefused,
    LastSlot as LastSlot,
    NoIdentity as NoIdentity,
    NoIdentityPassphrase as NoIdentityPassphrase,
    NoSlots as NoSlots,
    NoSuchSlot as NoSuchSlot,
    NotAnIdentity as NotAnIdentity,
    RecoveryNotInstalled as RecoveryNotInstalled,
    SharesNotTyped as SharesNotTyped,
    SharesRefused as SharesRefused,
    TooManySlots as TooManySlots,
    WrongIdentityPassphrase as WrongIdentityPassphrase,
    WrongKeyFile as WrongKeyFile,
    WrongTogether as WrongTogether,
)
from ipvault.errors.incidents import (
    IncidentUnfinished as IncidentUnfinished,
    NoSuchIncident as NoSuchIncident,
    PlaybookRefused as PlaybookRefused,
)
from ipvault.errors.insight import (
    AlreadyAcknowledged as AlreadyAcknowledged,
    InsightRulesRefused as InsightRulesRefused,
    NoSuchFinding as NoSuchFinding,
)
from ipvault.errors.integrity import (
    BackupIsAhead as BackupIsAhead,
    CopiesFork as CopiesFork,
    Damaged as Damaged,
    DamagedStream as DamagedStream,
    DiskFull as DiskFull,
    FormatTooNew as FormatTooNew,
    JournalBroken as JournalBroken,
    JournalUnhealed as JournalUnhealed,
    NothingArrived as NothingArrived,
    Obstructed as Obstructed,
    PinDamaged as PinDamaged,
    ReadOnly as ReadOnly,
    Replaced as Replaced,
    Rollback as Rollback,
    RollbackUnhealed as RollbackUnhealed,
    RoomClosed as RoomClosed,
    StorageFailed as StorageFailed,
)
from ipvault.errors.marks import (
    CannotMark as CannotMark,
    CannotReadMarks as CannotReadMarks,
    MarkerMissing as MarkerMissing,
)
from ipvault.errors.obligations import (
    ClockBehind as ClockBehind,
    Held as Held,
    NoSuchConsent as NoSuchConsent,
    NoSuchHold as NoSuchHold,
    NoSuchPrivacyRequest as NoSuchPrivacyRequest,
    NoSuchRetention as NoSuchRetention,
)
from ipvault.errors.packages import (
    AnotherSender as AnotherSender,
    NoneIsARecipient as NoneIsARecipient,
    NotARecipient as NotARecipient,
    PackageDamaged as PackageDamaged,
    PackageExpired as PackageExpired,
    PackageStreamDamaged as PackageStreamDamaged,
    PartMissing as PartMissing,
)
from ipvault.errors.people import (
    AmbiguousPackage as AmbiguousPackage,
    AmbiguousRecipient as AmbiguousRecipient,
    CardRefused as CardRefused,
    FingerprintDiffers as FingerprintDiffers,
    FingerprintIncomplete as FingerprintIncomplete,
    NoSuchPackage as NoSuchPackage,
    NoSuchPerson as NoSuchPerson,
    NoSuchRecipient as NoSuchRecipient,
    NothingToRevoke as NothingToRevoke,
    ReceiptDamaged as ReceiptDamaged,
    ReceiptRefused as ReceiptRefused,
    RecipientExists as RecipientExists,
    RecipientIsRevoked as RecipientIsRevoked,
    RecipientUnverified as RecipientUnverified,
    WrongKindOfFile as WrongKindOfFile,
)
from ipvault.errors.register import NoSuchSecret as NoSuchSecret
from ipvault.errors.reviews import (
    NoSuchGrant as NoSuchGrant,
    NoSuchReview as NoSuchReview,
    ReviewUnfinished as ReviewUnfinished,
)
from ipvault.errors.timestamps import (
    AmbiguousTimestamp as AmbiguousTimestamp,
    ClocksDisagree as ClocksDisagree,
    NoSuchTimestamp as NoSuchTimestamp,
    NotATimestamp as NotATimestamp,
    RequestRejected as RequestRejected,
    TimestampRefused as TimestampRefused,
    TimestampsNotInstalled as TimestampsNotInstalled,
)
from ipvault.errors.unlocking import (
    KdfParametersRefused as KdfParametersRefused,
    KeyringNotCleared as KeyringNotCleared,
    KeyringRefused as KeyringRefused,
    NoBackup as NoBackup,
    NoCopy as NoCopy,
    NoFurtherPassphrase as NoFurtherPassphrase,
    NoNewPassphrase as NoNewPassphrase,
    NoPassphrase as NoPassphrase,
    NotAMember as NotAMember,
    NoVault as NoVault,
    NoVaultChosen as NoVaultChosen,
    OutOfMemory as OutOfMemory,
    PassphraseNotTyped as PassphraseNotTyped,
    PassphraseRejected as PassphraseRejected,
    PassphraseSourceFailed as PassphraseSourceFailed,
    SessionStoreRefused as SessionStoreRefused,
    SeveralMembers as SeveralMembers,
    SlotsNotTried as SlotsNotTried,
    VaultBusy as VaultBusy,
    VaultOfAnother as VaultOfAnother,
    WrongPassphrase as WrongPassphrase,
)
from ipvault.exit_codes import ExitCode as ExitCode
