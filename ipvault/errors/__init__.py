"""Every way in which ipvault can fail: an id, an exit code, named fields and the words.

The words stand here and nowhere else, so that they can be reviewed and translated in one place. Fields are for
programs (`--json` prints them) and never carry a secret. Text that came from outside is made safe to print where it
is shown, not here.
"""

from __future__ import annotations

from ipvault.errors.base import (
    BinaryToTerminal as BinaryToTerminal,
)
from ipvault.errors.base import (
    BrokenPipe as BrokenPipe,
)
from ipvault.errors.base import (
    CommandLineWrong as CommandLineWrong,
)
from ipvault.errors.base import (
    Denied as Denied,
)
from ipvault.errors.base import (
    Interrupted as Interrupted,
)
from ipvault.errors.base import (
    LastOwner as LastOwner,
)
from ipvault.errors.base import (
    MemoryExhausted as MemoryExhausted,
)
from ipvault.errors.base import (
    NeedsConfirmation as NeedsConfirmation,
)
from ipvault.errors.base import (
    NoHome as NoHome,
)
from ipvault.errors.base import (
    NoLongerMember as NoLongerMember,
)
from ipvault.errors.base import (
    NotConfirmed as NotConfirmed,
)
from ipvault.errors.base import (
    RecordsOnly as RecordsOnly,
)
from ipvault.errors.base import (
    RoleMissing as RoleMissing,
)
from ipvault.errors.base import (
    Unexpected as Unexpected,
)
from ipvault.errors.base import (
    UsageError as UsageError,
)
from ipvault.errors.base import (
    VaultError as VaultError,
)
from ipvault.errors.contents import (
    Ambiguous as Ambiguous,
)
from ipvault.errors.contents import (
    AmbiguousAddress as AmbiguousAddress,
)
from ipvault.errors.contents import (
    AmbiguousMember as AmbiguousMember,
)
from ipvault.errors.contents import (
    AmbiguousRoom as AmbiguousRoom,
)
from ipvault.errors.contents import (
    AmbiguousSubject as AmbiguousSubject,
)
from ipvault.errors.contents import (
    Conflict as Conflict,
)
from ipvault.errors.contents import (
    DestinationExists as DestinationExists,
)
from ipvault.errors.contents import (
    DestinationTaken as DestinationTaken,
)
from ipvault.errors.contents import (
    DestinationUnsafe as DestinationUnsafe,
)
from ipvault.errors.contents import (
    DirectoryNotEmpty as DirectoryNotEmpty,
)
from ipvault.errors.contents import (
    Erased as Erased,
)
from ipvault.errors.contents import (
    FolderTaken as FolderTaken,
)
from ipvault.errors.contents import (
    ItemExists as ItemExists,
)
from ipvault.errors.contents import (
    ItemsExist as ItemsExist,
)
from ipvault.errors.contents import (
    NameTaken as NameTaken,
)
from ipvault.errors.contents import (
    NoMatch as NoMatch,
)
from ipvault.errors.contents import (
    NoSuchMember as NoSuchMember,
)
from ipvault.errors.contents import (
    NoSuchRecord as NoSuchRecord,
)
from ipvault.errors.contents import (
    NoSuchRoom as NoSuchRoom,
)
from ipvault.errors.contents import (
    NoSuchVersion as NoSuchVersion,
)
from ipvault.errors.contents import (
    NotARoom as NotARoom,
)
from ipvault.errors.contents import (
    NotFound as NotFound,
)
from ipvault.errors.contents import (
    NothingAndNobody as NothingAndNobody,
)
from ipvault.errors.contents import (
    RecordTooLong as RecordTooLong,
)
from ipvault.errors.contents import (
    SourceNotFound as SourceNotFound,
)
from ipvault.errors.dlp import (
    AlreadyWaived as AlreadyWaived,
)
from ipvault.errors.dlp import (
    CorpusRefused as CorpusRefused,
)
from ipvault.errors.dlp import (
    NoSuchRule as NoSuchRule,
)
from ipvault.errors.dlp import (
    NotAFinding as NotAFinding,
)
from ipvault.errors.dlp import (
    RulesRefused as RulesRefused,
)
from ipvault.errors.evidence import (
    AnotherStart as AnotherStart,
)
from ipvault.errors.evidence import (
    Forked as Forked,
)
from ipvault.errors.evidence import (
    HeadRefused as HeadRefused,
)
from ipvault.errors.evidence import (
    NoSuchCustody as NoSuchCustody,
)
from ipvault.errors.evidence import (
    NoSuchWitness as NoSuchWitness,
)
from ipvault.errors.evidence import (
    NotExtended as NotExtended,
)
from ipvault.errors.evidence import (
    NothingRecorded as NothingRecorded,
)
from ipvault.errors.evidence import (
    NotWitnessed as NotWitnessed,
)
from ipvault.errors.governance import (
    AmbiguousAgreement as AmbiguousAgreement,
)
from ipvault.errors.governance import (
    ApprovalNeeded as ApprovalNeeded,
)
from ipvault.errors.governance import (
    GateClosed as GateClosed,
)
from ipvault.errors.governance import (
    NoSuchAgreement as NoSuchAgreement,
)
from ipvault.errors.governance import (
    NoSuchRequest as NoSuchRequest,
)
from ipvault.errors.governance import (
    PolicyRefused as PolicyRefused,
)
from ipvault.errors.governance import (
    TermsRefused as TermsRefused,
)
from ipvault.errors.identities import (
    ForeignShares as ForeignShares,
)
from ipvault.errors.identities import (
    IdentityExists as IdentityExists,
)
from ipvault.errors.identities import (
    IdentityUnsafe as IdentityUnsafe,
)
from ipvault.errors.identities import (
    KeyFileNeeded as KeyFileNeeded,
)
from ipvault.errors.identities import (
    KeyFileRefused as KeyFileRefused,
)
from ipvault.errors.identities import (
    LastSlot as LastSlot,
)
from ipvault.errors.identities import (
    NoIdentity as NoIdentity,
)
from ipvault.errors.identities import (
    NoSuchSlot as NoSuchSlot,
)
from ipvault.errors.identities import (
    RecoveryNotInstalled as RecoveryNotInstalled,
)
from ipvault.errors.identities import (
    SharesNotTyped as SharesNotTyped,
)
from ipvault.errors.identities import (
    SharesRefused as SharesRefused,
)
from ipvault.errors.identities import (
    TooManySlots as TooManySlots,
)
from ipvault.errors.identities import (
    WrongIdentityPassphrase as WrongIdentityPassphrase,
)
from ipvault.errors.identities import (
    WrongKeyFile as WrongKeyFile,
)
from ipvault.errors.identities import (
    WrongTogether as WrongTogether,
)
from ipvault.errors.integrity import (
    BackupIsAhead as BackupIsAhead,
)
from ipvault.errors.integrity import (
    CopiesFork as CopiesFork,
)
from ipvault.errors.integrity import (
    Damaged as Damaged,
)
from ipvault.errors.integrity import (
    DamagedStream as DamagedStream,
)
from ipvault.errors.integrity import (
    DiskFull as DiskFull,
)
from ipvault.errors.integrity import (
    FormatTooNew as FormatTooNew,
)
from ipvault.errors.integrity import (
    JournalBroken as JournalBroken,
)
from ipvault.errors.integrity import (
    Obstructed as Obstructed,
)
from ipvault.errors.integrity import (
    PinDamaged as PinDamaged,
)
from ipvault.errors.integrity import (
    ReadOnly as ReadOnly,
)
from ipvault.errors.integrity import (
    Replaced as Replaced,
)
from ipvault.errors.integrity import (
    Rollback as Rollback,
)
from ipvault.errors.integrity import (
    RoomClosed as RoomClosed,
)
from ipvault.errors.integrity import (
    StorageFailed as StorageFailed,
)
from ipvault.errors.packages import (
    AnotherSender as AnotherSender,
)
from ipvault.errors.packages import (
    NoneIsARecipient as NoneIsARecipient,
)
from ipvault.errors.packages import (
    NotARecipient as NotARecipient,
)
from ipvault.errors.packages import (
    PackageDamaged as PackageDamaged,
)
from ipvault.errors.packages import (
    PackageExpired as PackageExpired,
)
from ipvault.errors.packages import (
    PackageStreamDamaged as PackageStreamDamaged,
)
from ipvault.errors.packages import (
    PartMissing as PartMissing,
)
from ipvault.errors.people import (
    AmbiguousPackage as AmbiguousPackage,
)
from ipvault.errors.people import (
    AmbiguousRecipient as AmbiguousRecipient,
)
from ipvault.errors.people import (
    CardRefused as CardRefused,
)
from ipvault.errors.people import (
    FingerprintDiffers as FingerprintDiffers,
)
from ipvault.errors.people import (
    FingerprintIncomplete as FingerprintIncomplete,
)
from ipvault.errors.people import (
    NoSuchPackage as NoSuchPackage,
)
from ipvault.errors.people import (
    NoSuchPerson as NoSuchPerson,
)
from ipvault.errors.people import (
    NoSuchRecipient as NoSuchRecipient,
)
from ipvault.errors.people import (
    NothingToRevoke as NothingToRevoke,
)
from ipvault.errors.people import (
    ReceiptDamaged as ReceiptDamaged,
)
from ipvault.errors.people import (
    ReceiptRefused as ReceiptRefused,
)
from ipvault.errors.people import (
    RecipientExists as RecipientExists,
)
from ipvault.errors.people import (
    RecipientIsRevoked as RecipientIsRevoked,
)
from ipvault.errors.people import (
    RecipientUnverified as RecipientUnverified,
)
from ipvault.errors.people import (
    WrongKindOfFile as WrongKindOfFile,
)
from ipvault.errors.timestamps import (
    AmbiguousTimestamp as AmbiguousTimestamp,
)
from ipvault.errors.timestamps import (
    ClocksDisagree as ClocksDisagree,
)
from ipvault.errors.timestamps import (
    NoSuchTimestamp as NoSuchTimestamp,
)
from ipvault.errors.timestamps import (
    NotATimestamp as NotATimestamp,
)
from ipvault.errors.timestamps import (
    RequestRejected as RequestRejected,
)
from ipvault.errors.timestamps import (
    TimestampRefused as TimestampRefused,
)
from ipvault.errors.timestamps import (
    TimestampsNotInstalled as TimestampsNotInstalled,
)
from ipvault.errors.unlocking import (
    KdfParametersRefused as KdfParametersRefused,
)
from ipvault.errors.unlocking import (
    KeyringNotCleared as KeyringNotCleared,
)
from ipvault.errors.unlocking import (
    KeyringRefused as KeyringRefused,
)
from ipvault.errors.unlocking import (
    NoFurtherPassphrase as NoFurtherPassphrase,
)
from ipvault.errors.unlocking import (
    NoNewPassphrase as NoNewPassphrase,
)
from ipvault.errors.unlocking import (
    NoPassphrase as NoPassphrase,
)
from ipvault.errors.unlocking import (
    NotAMember as NotAMember,
)
from ipvault.errors.unlocking import (
    NoVault as NoVault,
)
from ipvault.errors.unlocking import (
    NoVaultChosen as NoVaultChosen,
)
from ipvault.errors.unlocking import (
    OutOfMemory as OutOfMemory,
)
from ipvault.errors.unlocking import (
    PassphraseNotTyped as PassphraseNotTyped,
)
from ipvault.errors.unlocking import (
    PassphraseRejected as PassphraseRejected,
)
from ipvault.errors.unlocking import (
    PassphraseSourceFailed as PassphraseSourceFailed,
)
from ipvault.errors.unlocking import (
    SessionStoreRefused as SessionStoreRefused,
)
from ipvault.errors.unlocking import (
    SeveralMembers as SeveralMembers,
)
from ipvault.errors.unlocking import (
    SlotsNotTried as SlotsNotTried,
)
from ipvault.errors.unlocking import (
    VaultBusy as VaultBusy,
)
from ipvault.errors.unlocking import (
    VaultOfAnother as VaultOfAnother,
)
from ipvault.errors.unlocking import (
    WrongPassphrase as WrongPassphrase,
)
from ipvault.exit_codes import ExitCode as ExitCode
