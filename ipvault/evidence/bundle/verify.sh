#!/bin/sh
# Checks the evidence in the folder that this file lies in, or in one that is named: sh verify.sh [FOLDER]
#
# Needs a POSIX shell, openssl (1.1.1 or later) and GNU coreutils (8.31 or later), nothing of ipvault. Each check is one
# line, PASS or FAIL; SKIP is one that this openssl cannot do, and the last line counts those; NOTE says who vouches for
# what. Ends with 0 if nothing failed. README.txt says what each check means.
set -u
export LC_ALL=C
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
folder=${1:-$here}
case $folder in /*) ;; *) folder=./$folder ;; esac
CDPATH='' cd -- "$folder" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
passed=0 failed=0 skipped=0

pass() {
    printf 'PASS %s\n' "$1"
    passed=$((passed + 1))
}

fail() {
    printf 'FAIL %s: %s\n' "$1" "$2"
    failed=$((failed + 1))
}

skip() {
    printf 'SKIP %s: %s\n' "$1" "$2"
    skipped=$((skipped + 1))
}

# The last lines: who vouches for what, if all is right, and how many checks there were.
finish() {
    not_done=
    [ $skipped -eq 0 ] || not_done=", $skipped skipped: see the lines with SKIP"
    if [ $failed -gt 0 ]; then
        printf 'FAIL: %s checks passed, %s failed%s\n' $passed $failed "$not_done"
        exit 1
    fi
    sort "$work/seen"
    read_head "$largest"
    printf 'NOTE up to record %s: signed by the maker %s, with the root %s\n' $((largest - 1)) "$maker" "$text"
    printf 'PASS: %s checks passed, 0 failed%s\n' $passed "$not_done"
    exit 0
}

# A number without leading zeros, short enough for the shell to count with.
is_number() {
    case $1 in
    0) return 0 ;;
    '' | 0* | *[!0-9]* | ????????????????*) return 1 ;;
    esac
}

# So many hexadecimal digits, in lower case.
is_hex() {
    [ "${#1}" -eq "$2" ] || return 1
    case $1 in *[!0-9a-f]*) return 1 ;; esac
}

unhex() {
    digits=$1 bytes=
    while [ "$digits" ]; do # by the shell alone: programs are slower to start
        rest=${digits#??}
        byte=$((0x${digits%"$rest"}))
        bytes="$bytes\\$((byte >> 6))$((byte >> 3 & 7))$((byte & 7))"
        digits=$rest
    done
    printf "$bytes"
}

hex() {
    basenc --base16 -w0 | tr A-F a-f
}

sha256() {
    set -- $(sha256sum)
    printf '%s\n' "$1"
}

# node LEFT RIGHT: leaves the hash of a node of the tree in $digest. Proofs have most of their nodes in common.
node() {
    if [ -f "$work/nodes/$1$2" ]; then
        read -r digest <"$work/nodes/$1$2"
    else
        digest=$(unhex "01$1$2" | sha256)
        printf '%s\n' "$digest" >"$work/nodes/$1$2"
    fi
}

# The 8 bytes of a number, the lowest first, as the lengths in a signed message are.
le64() {
    n=$1 i=0
    while [ $i -lt 8 ]; do
        printf "\\$((n >> 6 & 3))$((n >> 3 & 7))$((n & 7))"
        n=$((n >> 8)) i=$((i + 1))
    done
}

# message KIND FILE...: what a signature of that kind over the content of files covers.
message() {
    kind=ipvault/v1/$1
    shift
    le64 $(($# + 2)) && le64 ${#kind} && printf %s "$kind" && le64 ${#vault} && printf %s "$vault"
    for file; do
        le64 "$(wc -c <"$file")" && cat -- "$file"
    done
}

# ed25519_verifies PERSON MESSAGE SIGNATURE
ed25519_verifies() {
    [ -f "$1/ed25519" ] && [ "$(wc -c <"$1/ed25519")" -eq 32 ] || return 1
    { unhex 302a300506032b6570032100 && cat "$1/ed25519"; } >"$work/key"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$2" -sigfile "$3" >"$work/said" 2>&1
}

no_mldsa44="needs openssl 3.5 or later"

# mldsa44_verifies PERSON MESSAGE SIGNATURE; ends with 2 where openssl cannot do it, and all that is known is that it is
# as long as a signature (FIPS 204, table 2).
mldsa44_verifies() {
    [ -f "$1/mldsa44" ] && [ -f "$3" ] && [ "$(wc -c <"$3")" -eq 2420 ] || return 1
    { unhex 30820532300b06096086480165030403110382052100 && cat "$1/mldsa44"; } >"$work/key"
    openssl pkey -pubin -inform DER -in "$work/key" -noout >"$work/said" 2>&1 || return 2
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$2" -sigfile "$3" >"$work/said" 2>&1
}

# There are the files on the list and no others, and each has the hash that the list says.
check_files() {
    [ -f SHA256SUMS ] && [ ! -L SHA256SUMS ] || { fail files "there is no SHA256SUMS" && return; }
    while IFS= read -r line; do
        name=${line#*  }
        if ! is_hex "${line%"  $name"}" 64; then # sha256sum would pass over it, as over a comment
            fail files "SHA256SUMS is not a list of hashes" && return
        fi
        printf '%s\n' "$name" >&3
    done <SHA256SUMS 3>"$work/names"
    [ -z "$line" ] || { fail files "SHA256SUMS is not a list of hashes" && return; } # what follows the last line feed
    sort "$work/names" >"$work/listed"
    list_files . | sort >"$work/present"
    name=$(comm -23 "$work/listed" "$work/present" | head -n 1)
    other=$(comm -13 "$work/listed" "$work/present" | head -n 1)
    case $name in *[!A-Za-z0-9._/-]*) name="a file" ;; esac # a list can hold anything
    if [ -n "$other" ]; then
        fail files "$other is not on the list"
    elif [ "$(sha256 <"$work/listed")" != "$(sha256 <"$work/present")" ]; then
        fail files "${name:-a file} is missing, or twice on the list"
    elif sha256sum --check --strict --quiet SHA256SUMS >"$work/said" 2>/dev/null; then
        pass files
    elif IFS= read -r name <"$work/said"; then
        fail files "${name%%: *} was altered"
    else
        fail files "SHA256SUMS is not a list of hashes"
    fi
}

# The paths of all files in a folder, with what is hidden; what no bundle has gives a line that is on no list.
list_files() {
    some=
    for path in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        name=${path#./}
        if [ -L "$path" ]; then
            echo "a link"
        elif [ -d "$path" ]; then
            (list_files "$path")
        elif [ -f "$path" ]; then
            case $name in
            SHA256SUMS | SHA256SUMS.ed25519 | SHA256SUMS.mldsa44) ;;
            [!A-Za-z0-9]* | */[!A-Za-z0-9]* | *[!A-Za-z0-9._/-]*) echo "a name that no file of a bundle has" ;;
            *) printf '%s\n' "$name" ;;
            esac
        elif [ -e "$path" ]; then
            echo "something that is no file"
        else
            continue
        fi
        some=yes
    done
    [ "$some" ] || echo "an empty folder"
}

# The list of hashes, and its post-quantum signature, are signed by whoever made the bundle.
check_bundle() {
    what="signature of the bundle"
    if [ -f SHA256SUMS.mldsa44 ] && message sealed-bundle SHA256SUMS SHA256SUMS.mldsa44 >"$work/message" &&
        ed25519_verifies "signers/$maker" "$work/message" SHA256SUMS.ed25519; then
        pass "$what"
    else
        fail "$what" "it is not the signature of the maker over this list and its post-quantum signature"
    fi
    what="signature of the bundle, post-quantum"
    message bundle SHA256SUMS >"$work/message"
    mldsa44_verifies "signers/$maker" "$work/message" SHA256SUMS.mldsa44
    case $? in
    0) pass "$what" ;;
    1) fail "$what" "it is not the signature of the maker over this list" ;;
    *) skip "$what" "$no_mldsa44" ;;
    esac
}

# Whether a folder has the keys of the fingerprint that it is named after.
has_keys() {
    kind=ipvault/v1/fingerprint
    {
        le64 4 && le64 ${#kind} && printf %s "$kind"
        for key in kem ed25519 mldsa44; do
            [ -f "$1/$key" ] || return 1
            le64 "$(wc -c <"$1/$key")" && cat "$1/$key"
        done
    } >"$work/keys"
    [ "$(sha256 <"$work/keys")" = "${1##*/}" ]
}

# The fingerprint is that of the keys, and a record says that this signer came into the vault with them.
check_signer() {
    has_keys "signers/$1" || { fail "signer $1" "the fingerprint is not that of the keys" && return; }
    said=
    [ -f "$work/enrolled/$1" ] && IFS=' ' read -r number said <"$work/enrolled/$1"
    if [ "$said" = "$(hex <"signers/$1/ed25519")" ]; then
        pass "signer $1"
    else
        fail "signer $1" "no record here says that this signer is a member"
    fi
}

# A checkpoint (C2SP tlog-checkpoint) of this vault and size. Leaves its root in $root, and its text in the file head.
read_head() {
    [ "$1" ] && [ "$1" = "$last_read" ] && return
    root='' last_read=''
    [ -f "heads/$1/checkpoint" ] || return 1
    {
        IFS= read -r origin && IFS= read -r number && IFS= read -r text && IFS= read -r blank
    } <"heads/$1/checkpoint" || return 1
    # A vault whose rollback was accepted is another log since: then its number follows.
    case $origin in
    "ipvault.vault/$vault") ;;
    "ipvault.vault/$vault/"*) is_number "${origin#"ipvault.vault/$vault/"}" || return 1 ;;
    *) return 1 ;;
    esac
    is_number "$1" && [ "$1" -gt 0 ] && [ "$number" = "$1" ] && [ -z "$blank" ] || return 1
    root=$(printf %s "$text" | base64 -d | hex)
    is_hex "$root" 64 && [ "$(unhex "$root" | base64 -w0)" = "$text" ] || return 1
    printf '%s\n%s\n%s\n' "$origin" "$number" "$text" >"$work/head"
    last_read=$1
}

# signatures SIZE NAME ALGORITHM KEY: what a key signed of a head in a name, a signature in hexadecimal a line.
signatures() {
    [ -f "$4" ] || return
    identifier=$({ printf "%s\n\\$3" "$2" && cat "$4"; } | sha256)
    while IFS= read -r line; do
        case $line in *" $2 "*) ;; *) continue ;; esac
        line=$(printf %s "${line##* }" | base64 -d 2>/dev/null | hex)
        case $line in "$(printf %.8s "$identifier")"*) printf '%s\n' "${line#????????}" ;; esac
    done <"heads/$1/checkpoint"
}

# The maker signed the head.
check_head() {
    what="head of $1 records"
    read_head "$1" || { fail "$what" "it is not a checkpoint of this vault and size" && return; }
    signatures "$1" "$origin" 001 "signers/$maker/ed25519" >"$work/lines"
    while IFS= read -r line; do
        unhex "$line" >"$work/signature"
        ed25519_verifies "signers/$maker" "$work/head" "$work/signature" && pass "$what" && return
    done <"$work/lines"
    fail "$what" "no signature of it is that of the maker"
}

check_post_quantum_head() {
    what="head of $1 records, post-quantum"
    read_head "$1" || { fail "$what" "it is not a checkpoint of this vault and size" && return; }
    check_post_quantum "signers/$maker" "$origin" "$1"
}

# check_post_quantum PERSON NAME SIZE...: somebody signed heads with ML-DSA-44 (C2SP tlog-cosignature), one of them at
# least, and each rightly.
check_post_quantum() {
    person=$1 name=$2 seen=0 unchecked=0
    shift 2
    for size; do
        read_head "$size" || { fail "$what" "there is a head that cannot be read" && return; }
        signatures "$size" "$name" 006 "$person/mldsa44" >"$work/lines"
        while IFS= read -r line; do
            unhex "${line#????????????????}" >"$work/signature"
            {
                printf 'subtree/v1\n\0' && unhex "$(printf %02x ${#name})" && printf %s "$name"
                unhex "$(printf %.16s "$line")$(printf %02x ${#origin})" && printf %s "$origin"
                unhex "0000000000000000$(printf %016x "$size")$root"
            } >"$work/message"
            mldsa44_verifies "$person" "$work/message" "$work/signature"
            case $? in 1) fail "$what" "a signature is wrong" && return ;; 2) unchecked=1 ;; esac
            seen=$((seen + 1))
        done <"$work/lines"
    done
    if [ $seen -eq 0 ]; then
        fail "$what" "there is no such signature"
    elif [ $unchecked -gt 0 ]; then
        skip "$what" "$no_mldsa44"
    else
        pass "$what"
    fi
}

# The largest head continues this one: each of its records is in that, at its place (RFC 9162, 2.1.4.2).
check_consistency() {
    what="head of $1 records, in the largest"
    read_head "$largest" && end=$root && read_head "$1" || { fail "$what" "there is a head that cannot be read" && return; }
    [ -f "heads/$1/consistency" ] || { fail "$what" "there is no proof of it" && return; }
    node=$(($1 - 1)) above=$((largest - 1)) digest=
    while [ $((node & 1)) -eq 1 ]; do
        node=$((node >> 1)) above=$((above >> 1))
    done
    [ $node -gt 0 ] || digest=$root # it is a whole subtree
    was=$digest
    while IFS= read -r other; do
        is_hex "$other" 64 && [ $above -gt 0 ] || { fail "$what" "its proof is malformed" && return; }
        if [ -z "$digest" ]; then
            was=$other digest=$other
            continue
        fi
        if [ $((node & 1)) -eq 1 ] || [ $node -eq $above ]; then
            start=$digest
            node "$other" "$was" && was=$digest
            node "$other" "$start"
            while [ $((node & 1)) -eq 0 ] && [ $node -gt 0 ]; do
                node=$((node >> 1)) above=$((above >> 1))
            done
        else
            node "$digest" "$other"
        fi
        node=$((node >> 1)) above=$((above >> 1))
    done <"heads/$1/consistency"
    [ -z "$other" ] || { fail "$what" "its proof is malformed" && return; }
    if [ $above -eq 0 ] && [ "$was" = "$root" ] && [ "$digest" = "$end" ]; then
        pass "$what"
    else
        fail "$what" "its proof does not lead to both roots"
    fi
}

# A witness signed checkpoints here (C2SP tlog-cosignature): each of those that name the witness.
check_witness() {
    what="witness $1"
    name=ipvault.witness/$1 seen=0
    has_keys "witnesses/$1" || { fail "$what" "the fingerprint is not that of the keys" && return; }
    for head in heads/*; do
        size=${head#heads/}
        read_head "$size" || { fail "$what" "there is a head that cannot be read" && return; }
        signatures "$size" "$name" 004 "witnesses/$1/ed25519" >"$work/lines"
        while IFS= read -r line; do
            case $line in 000000*) ;; *) fail "$what" "a signature is wrong" && return ;; esac
            time=$((0x$(printf %.16s "$line")))
            unhex "${line#????????????????}" >"$work/signature"
            { printf 'cosignature/v1\ntime %s\n' "$time" && cat "$work/head"; } >"$work/message"
            ed25519_verifies "witnesses/$1" "$work/message" "$work/signature" || { fail "$what" "a signature is wrong" && return; }
            note "up to record $((size - 1)): signed $(moment "$time") by the witness $1"
            seen=$((seen + 1))
        done <"$work/lines"
    done
    if [ $seen -gt 0 ]; then pass "$what"; else fail "$what" "it signed none of the heads"; fi
}

check_post_quantum_witness() {
    what="witness $1, post-quantum" witness=$1
    has_keys "witnesses/$1" || { fail "$what" "the fingerprint is not that of the keys" && return; }
    set --
    for head in heads/*; do set -- "$@" "${head#heads/}"; done
    check_post_quantum "witnesses/$witness" "ipvault.witness/$witness" "$@"
}

note() {
    printf 'NOTE %s\n' "$1" >>"$work/seen"
}

# A time in seconds since 1970, for people.
moment() {
    date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}

# shown NAME RECORD: a field of a record, as the bundle shows it.
shown() {
    while IFS= read -r line; do
        rest=${line#"+ [\""*"\",\"$1\",\""}
        [ "$rest" = "$line" ] || { printf '%s\n' "${rest%\"]}" && return; }
    done <"fields/$2"
    return 1
}

# An authority (RFC 3161) saw a checkpoint, the content of a document, or an earlier timestamp; as of the time that it
# says, because certificates run out.
check_timestamp() {
    what="timestamp $1"
    folder=timestamps/$1
    [ -f "$folder/of" ] && IFS=' ' read -r kind which <"$folder/of" || { fail "$what" "it does not say of what it is" && return; }
    case $kind in
    head)
        is_number "$which" && read_head "$which" && of="up to record $((which - 1))" && set -- "$1" -data "$work/head"
        ;;
    record)
        of="the document of record $which"
        is_number "$which" && [ -f "fields/$which" ] && digest=$(shown sha256 "$which") && is_hex "$digest" 64 && set -- "$1" -digest "$digest"
        ;;
    timestamp)
        of="the timestamp $which"
        is_hex "$which" 32 && set -- "$1" -data "timestamps/$which/token.der"
        ;;
    *) false ;;
    esac || { fail "$what" "what it is of is not here" && return; }
    shift
    # One certificate and nothing beside it, so that it is known whom this says to trust.
    openssl x509 -in "$folder/authority.pem" -outform DER -out "$work/authority" >"$work/said" 2>&1
    if [ "$(openssl x509 -in "$work/authority" -inform DER 2>/dev/null | sha256)" != "$(sha256 <"$folder/authority.pem")" ]; then
        fail "$what" "the file of its authority holds something else than one certificate"
        return
    fi
    time=
    openssl ts -reply -in "$folder/token.der" -token_in -text >"$work/said" 2>&1
    while IFS= read -r line; do
        case $line in 'Time stamp: '*) time=$(date -u -d "${line#*: }" +%s) ;; esac
    done <"$work/said"
    is_number "$time" || { fail "$what" "openssl does not read it" && return; }
    if openssl ts -verify -in "$folder/token.der" -token_in "$@" -attime "$time" -CAfile "$folder/authority.pem" \
        -untrusted "$folder/certificates.pem" >"$work/said" 2>&1; then
        pass "$what"
        note "$of: dated $(moment "$time") by the authority $(sha256 <"$work/authority")"
    else
        fail "$what" "openssl does not verify it"
    fi
}

# leaf_member NAME LEAF: the value of a member of a leaf whose text has been checked to be free of escapes.
leaf_member() {
    value=${2#*"\"$1\":"}
    [ "$value" != "$2" ] || return 1
    value=${value#\"}
    printf '%s\n' "${value%%[\",\}]*}"
}

# Notes of each record which one ends its change of the vault and who signed that, and of each signer the record that
# says that he came into the vault, and with which key.
read_leaves() {
    mkdir "$work/changes" "$work/enrolled" "$work/described"
    following= end= by=
    for seq in $(printf '%s\n' leaves/* | cut -d/ -f2 | sort -rn); do
        is_number "$seq" || continue
        IFS= read -r leaf <"leaves/$seq" || :
        case $leaf in
        '{"by":"'*) end=$seq by=$(leaf_member by "$leaf") ;;
        *) [ "$following" = $((seq + 1)) ] || end='' ;;
        esac
        following=$seq
        [ -z "$end" ] || printf '%s %s\n' "$end" "$by" >"$work/changes/$seq"
        case $leaf in
        *'"x":{"key":"'*'","member":"'*'"}}')
            member=${leaf##*:\"} member=${member%\"\}\}} key=${leaf##*\"x\":\{\"key\":\"}
            [ "$(leaf_member k "$leaf")" = member ] && is_hex "$member" 64 &&
                printf '%s %s\n' "$seq" "${key%%\"*}" >"$work/enrolled/$member"
            ;;
        esac
    done
    while IFS= read -r line; do
        seq=${line#'{"record":'} seq=${seq%%,*}
        case $line in '{"record":'*) is_number "$seq" && : >"$work/described/$seq" ;; esac
    done <bundle.json
}

# was_member SIGNER RECORD: whether somebody came into the vault by an earlier change of it, or founded it and this ends
# the first.
was_member() {
    IFS=' ' read -r enrolled key <"$work/enrolled/$1" && IFS=' ' read -r end by <"$work/changes/$enrolled" || return 1
    [ "$end" -ge "$2" ] || return 0
    IFS=' ' read -r first by <"$work/changes/0" && [ "$end" -eq "$2" ] && [ "$first" -eq "$2" ]
} 2>/dev/null

# Whether something rests on a record by itself, and not only the chain of one that is signed.
matters() {
    [ -e "fields/$1" ] || [ -e "$work/described/$1" ] && return
    IFS= read -r leaf <"leaves/$1" || :
    case $leaf in '{"by":'* | *'"k":"member"'*'"x":{'*) ;; *) return 1 ;; esac
}

# The record is signed by somebody who had come into the vault before, or the next one here follows it.
check_leaf() {
    what="record $1, its place in the chain"
    leaf=$(cat "leaves/$1" && echo .) && leaf=${leaf%.}
    case $leaf in *[!\ -~]* | *\\*) fail "$what" "it is not in the form of a record" && return ;; esac
    is_number "$1" && [ "$(leaf_member n "${leaf#*\"m\":}")" = "$1" ] || { fail "$what" "it has another number" && return; }
    if [ "$1" = 0 ]; then
        kind=ipvault/v1/journal
        before=$({ le64 2 && le64 ${#kind} && printf %s "$kind" && le64 ${#vault} && printf %s "$vault"; } | sha256)
        [ "$(leaf_member p "$leaf")" = "$before" ] || { fail "$what" "it is not the first record of this vault" && return; }
    fi
    case $leaf in
    '{"by":"'*)
        signature=$(leaf_member sig "$leaf") && by=$(leaf_member by "$leaf")
        is_hex "$signature" 128 && is_hex "$by" 64 || { fail "$what" "it is not in the form of a record" && return; }
        printf '%s%s' "${leaf%%\"sig\":*}" "${leaf#*\"sig\":\"$signature\",}" >"$work/body"
        message commit "$work/body" >"$work/message"
        unhex "$signature" >"$work/signature"
        if ! ed25519_verifies "signers/$by" "$work/message" "$work/signature"; then
            fail "$what" "its signature is wrong"
        elif ! was_member "$by" "$1"; then
            fail "$what" "nothing here shows that its signer was a member before it"
        else
            pass "$what"
        fi
        ;;
    *)
        next=leaves/$(($1 + 1))
        [ -f "$next" ] || { fail "$what" "the record after it is missing" && return; }
        if [ "$(leaf_member p "$(cat "$next")")" = "$({ printf '\0' && cat "leaves/$1"; } | sha256)" ]; then
            pass "$what"
        else
            fail "$what" "the next record does not follow it"
        fi
        ;;
    esac
}

# The record is in the tree of the largest head, at its place (RFC 9162, 2.1.3.2).
check_proof() {
    what="record $1, one of the $largest"
    proof=heads/$largest/proofs/$1
    is_number "$1" && [ -f "$proof" ] && read_head "$largest" && [ "$1" -lt "$largest" ] ||
        { fail "$what" "there is no proof of it" && return; }
    node=$1 above=$((largest - 1))
    digest=$({ printf '\0' && cat "leaves/$1"; } | sha256)
    while IFS= read -r other; do
        is_hex "$other" 64 && [ $above -gt 0 ] || { fail "$what" "its proof is malformed" && return; }
        if [ $((node & 1)) -eq 1 ] || [ $node -eq $above ]; then
            node "$other" "$digest"
            while [ $((node & 1)) -eq 0 ] && [ $node -gt 0 ]; do
                node=$((node >> 1)) above=$((above >> 1))
            done
        else
            node "$digest" "$other"
        fi
        node=$((node >> 1)) above=$((above >> 1))
    done <"$proof"
    [ -z "$other" ] || { fail "$what" "its proof is malformed" && return; }
    if [ $above -eq 0 ] && [ "$digest" = "$root" ]; then
        pass "$what"
    else
        fail "$what" "its proof does not lead to the root"
    fi
}

# What is shown of a record, and the hashes of what is not, are what the record commits to.
check_fields() {
    what="record $1, what it says"
    while IFS= read -r line; do
        case $line in
        '+ ["'*'","'*'",'*']') printf %s "${line#+ }" | sha256 ;;
        '- '*) printf '%s\n' "${line#- }" ;;
        *) echo malformed ;;
        esac
    done <"fields/$1" >"$work/digests"
    [ -z "$line" ] || { fail "$what" "its last line does not end" && return; }
    while IFS= read -r line; do
        is_hex "$line" 64 || { fail "$what" "a line is neither shown nor withheld" && return; }
    done <"$work/digests"
    [ -f "leaves/$1" ] || { fail "$what" "there is no such record" && return; }
    if [ "$(unhex "$(tr -d '\n' <"$work/digests")" | sha256)" = "$(leaf_member m "$(cat "leaves/$1")")" ]; then
        pass "$what"
    else
        fail "$what" "it is not what the record commits to"
    fi
}

# What bundle.json has of a record, in one line.
described() {
    IFS= read -r leaf <"leaves/$1" || :
    IFS=' ' read -r end by <"$work/changes/$1" || return 1
    time=${leaf#*\"t\":\"} class=${leaf#*\"k\":\"} comma=
    printf '{"record":%s,"time":"%s","class":"%s","signer":"%s","shown":{' "$1" "${time%%\"*}" "${class%%\"*}" "$by"
    if [ -f "fields/$1" ]; then
        while IFS= read -r line; do
            case $line in '+ '*) ;; *) continue ;; esac
            line=${line#*,} line=${line%]}
            printf '%s%s:%s' "$comma" "${line%%,*}" "${line#*,}"
            comma=,
        done <"fields/$1"
    fi
    printf '}}'
} 2>/dev/null

# Its lines are what leaves and fields give; only the time and the reason are the maker's word.
check_description() {
    {
        IFS= read -r line
        IFS= read -r said
        printf '{"format":"ipvault.bundle/1","vault":"%s","maker":"%s","size":%s,\n' "$vault" "$maker" "$largest"
        printf '%s\n"records":[\n' "$said"
        before=
        for seq in $(ls "$work/described" | sort -n); do
            [ -z "$before" ] || printf ',\n'
            described "$seq"
            before=$seq
        done
        printf '\n]}\n'
    } <bundle.json >"$work/expected"
    reason=${said#'"made":"'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]'Z","reason":"'}
    reason=${reason%'",'}
    if [ -z "$(ls "$work/described")" ]; then
        fail bundle.json "it does not list the records"
    elif [ "$said" = "$reason" ] || [ "$reason" != "${reason%%\"*}" ]; then
        fail bundle.json "it does not say when and what for it was made"
    elif [ "$(sha256 <bundle.json)" = "$(sha256 <"$work/expected")" ]; then
        pass bundle.json
    else
        fail bundle.json "it is not what the records say"
    fi
}

# A text as HTML has it, in $escaped.
escape() {
    left=$1 escaped=
    while :; do
        plain=${left%%[&<>]*}
        [ "$plain" != "$left" ] || break
        left=${left#"$plain"}
        case $left in
        '&'*) escaped="$escaped$plain&amp;" ;;
        '<'*) escaped="$escaped$plain&lt;" ;;
        *) escaped="$escaped$plain&gt;" ;;
        esac
        left=${left#?}
    done
    escaped=$escaped$left
}

# The row of the page for people about a record.
row() {
    IFS= read -r leaf <"leaves/$1" || :
    IFS=' ' read -r end by <"$work/changes/$1" || return 1
    time=${leaf#*\"t\":\"} class=${leaf#*\"k\":\"} told= withheld=0
    escape "${class%%\"*}" && class=$escaped
    if [ -f "fields/$1" ]; then
        while IFS= read -r line; do
            case $line in '+ '*) ;; *) withheld=$((withheld + 1)) && continue ;; esac
            line=${line#*,} line=${line%]}
            name=${line%%,*} value=${line#*,}
            case $value in '"'*) value=${value#\"} value=${value%\"} ;; esac
            escape "$value"
            [ "$name" != '"kind"' ] || class=$escaped
            name=${name#\"}
            told="$told<div><b>${name%\"}</b> <bdi>$escaped</bdi></div>"
        done <"fields/$1"
        [ $withheld -eq 0 ] || told="$told<div><i>withheld: $withheld</i></div>"
    else
        told="<div><i>closed</i></div>"
    fi
    escape "${time%%\"*}"
    printf '<tr><td>%s<td>%s<td>%.16s<td>%s<td>%s\n' "$1" "$escaped" "$by" "$class" "$told"
} 2>/dev/null

# The page for people says what leaves and fields give, and nothing else.
check_table() {
    {
        cat <<EOF
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Records of the vault $vault</title>
<style>
body { font: 14px/1.4 sans-serif; margin: 2em }
table { border-collapse: collapse }
td, th { border: 1px solid #999; padding: .3em .6em; text-align: left; vertical-align: top }
td:last-child { overflow-wrap: anywhere }
b { color: #555; font-weight: normal }
</style>
<h1>Records of the vault $vault</h1>
<p>Each row is a record. What it says is there as far as it is shown; README.txt tells how to check it, this page too.
<table>
<tr><th>Record<th>Time<th>Signed by<th>What<th>What it says
EOF
        for seq in $(ls "$work/described" | sort -n); do
            row "$seq" || echo "no record"
        done
        echo "</table>"
    } >"$work/expected"
    if [ -f records.html ] && [ "$(sha256 <records.html)" = "$(sha256 <"$work/expected")" ]; then
        pass records.html
    else
        fail records.html "it is not what the records say"
    fi
}

largest=0 vault='' maker='' last_read=''
: >"$work/seen"
mkdir "$work/nodes"
check_files
[ $failed -eq 0 ] || finish
vault=$(cat vault) maker=$(cat maker)
is_hex "$vault" 32 || vault=none maker=nobody
is_hex "$maker" 64 || maker=nobody
for head in heads/*; do
    size=${head#heads/}
    is_number "$size" && [ "$size" -gt "$largest" ] && largest=$size
done
read_leaves
check_bundle
for signer in signers/*; do
    [ -e "$signer" ] && check_signer "${signer#signers/}"
done
for head in heads/*; do
    [ -e "$head" ] || continue
    size=${head#heads/}
    check_head "$size"
    check_post_quantum_head "$size"
    [ "$size" = "$largest" ] || check_consistency "$size"
done
for folder in witnesses/*; do
    [ -e "$folder" ] || continue
    check_witness "${folder#witnesses/}"
    check_post_quantum_witness "${folder#witnesses/}"
done
for stamp in timestamps/*; do
    [ -e "$stamp" ] && check_timestamp "${stamp#timestamps/}"
done
for leaf in leaves/*; do
    [ -e "$leaf" ] || continue
    seq=${leaf#leaves/}
    check_leaf "$seq"
    matters "$seq" && check_proof "$seq"
done
for fields in fields/*; do
    [ -e "$fields" ] && check_fields "${fields#fields/}"
done
check_description
check_table
finish
