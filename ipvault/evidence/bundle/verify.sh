#!/bin/sh
# Checks the evidence in the folder that this file lies in, or in one that is named: sh verify.sh [FOLDER]
#
# Needs a POSIX shell, openssl (1.1.1 or later) and GNU coreutils (8.31 or later), nothing of ipvault. Each check is one
# line, PASS or FAIL; SKIP is one that this openssl cannot do. Ends with 0 if nothing failed. README.txt says what each
# check means.
set -u
export LC_ALL=C
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
cd -- "${1:-$here}" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
passed=0 failed=0

pass() {
    echo "PASS $1"
    passed=$((passed + 1))
}

fail() {
    echo "FAIL $1: $2"
    failed=$((failed + 1))
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
    printf %s "$1" | tr a-f A-F | basenc --decode --base16
}

sha256() {
    set -- $(sha256sum)
    echo "$1"
}

# The 8 bytes of a number, the lowest first, as the lengths in a signed message are.
le64() {
    n=$1 i=0
    while [ $i -lt 8 ]; do
        printf "\\$(printf %03o $((n & 255)))"
        n=$((n >> 8)) i=$((i + 1))
    done
}

# message KIND FILE: what a signature of that kind over the content of a file covers.
message() {
    kind=ipvault/v1/$1
    le64 3 && le64 ${#kind} && printf %s "$kind" && le64 ${#vault} && printf %s "$vault"
    le64 "$(wc -c <"$2")" && cat -- "$2"
}

# ed25519_verifies PERSON MESSAGE SIGNATURE
ed25519_verifies() {
    [ "$(wc -c <"$1/ed25519")" -eq 32 ] || return 1
    { unhex 302a300506032b6570032100 && cat "$1/ed25519"; } >"$work/key"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$2" -sigfile "$3" >"$work/said" 2>&1
}

# Every file is on the list, every file on the list is there, and each has the hash that the list says.
check_files() {
    [ -f SHA256SUMS ] || { fail files "there is no SHA256SUMS" && return; }
    sha256sum --check --strict --quiet SHA256SUMS >"$work/said" 2>&1 || { fail files "one was altered or is missing" && return; }
    while IFS= read -r line; do
        printf '%s\n' "${line#*  }"
    done <SHA256SUMS | sort >"$work/listed"
    list_files . | sort >"$work/present"
    [ "$(sha256 <"$work/listed")" = "$(sha256 <"$work/present")" ] || { fail files "one is not on the list" && return; }
    pass files
}

# The paths of all files in a folder, with what is hidden; something that is no file gives a line that is on no list.
list_files() {
    for path in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        name=${path#./}
        if [ -L "$path" ]; then
            echo "link $name"
        elif [ -d "$path" ]; then
            (list_files "$path")
        elif [ -f "$path" ]; then
            case $name in SHA256SUMS | SHA256SUMS.ed25519 | SHA256SUMS.mldsa44) ;; *) printf '%s\n' "$name" ;; esac
        elif [ -e "$path" ]; then
            echo "special $name"
        fi
    done
}

# The list of hashes is signed by whoever made the bundle.
check_bundle() {
    message bundle SHA256SUMS >"$work/message"
    if is_hex "$maker" 64 && ed25519_verifies "signers/$maker" "$work/message" SHA256SUMS.ed25519; then
        pass "signature of the bundle"
    else
        fail "signature of the bundle" "it is not the signature of the maker over this list"
        return
    fi
    { unhex 30820532300b06096086480165030403110382052100 && cat "signers/$maker/mldsa44"; } >"$work/key"
    if ! openssl pkey -pubin -inform DER -in "$work/key" -noout >"$work/said" 2>&1; then
        echo "SKIP signature of the bundle, post-quantum: needs openssl 3.5 or later"
    elif openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/message" \
        -sigfile SHA256SUMS.mldsa44 >"$work/said" 2>&1; then
        pass "signature of the bundle, post-quantum"
    else
        fail "signature of the bundle, post-quantum" "it is not the signature of the maker over this list"
    fi
}

# Whether a folder has the keys of the fingerprint that it is named after.
has_keys() {
    kind=ipvault/v1/fingerprint
    {
        le64 4 && le64 ${#kind} && printf %s "$kind"
        for key in kem ed25519 mldsa44; do
            le64 "$(wc -c <"$1/$key")" && cat "$1/$key"
        done
    } >"$work/keys"
    [ "$(sha256 <"$work/keys")" = "${1##*/}" ]
}

# The fingerprint is that of the keys, and a record says that this signer came into the vault with them.
check_signer() {
    has_keys "signers/$1" || { fail "signer $1" "the fingerprint is not that of the keys" && return; }
    said="\"x\":{\"key\":\"$(basenc --base16 -w0 "signers/$1/ed25519" | tr A-F a-f)\",\"member\":\"$1\"}"
    for leaf in leaves/*; do
        case $(cat "$leaf") in *"\"k\":\"member\""*"$said}") pass "signer $1" && return ;; esac
    done
    fail "signer $1" "no record here says that this signer is a member"
}

# A checkpoint (C2SP tlog-checkpoint) of this vault and size, signed by one of the signers. Leaves its root in $root.
read_head() {
    root=
    {
        IFS= read -r origin && IFS= read -r number && IFS= read -r text && IFS= read -r blank
    } <"heads/$1/checkpoint" || return 1
    # A vault whose rollback was accepted is another log since: then its number follows.
    case $origin in
    "ipvault.vault/$vault") ;;
    "ipvault.vault/$vault/"*) is_number "${origin##*/}" || return 1 ;;
    *) return 1 ;;
    esac
    [ "$number" = "$1" ] && [ -z "$blank" ] || return 1
    root=$(printf %s "$text" | base64 -d | basenc --base16 -w0 | tr A-F a-f)
    is_hex "$root" 64 || return 1
    printf '%s\n%s\n%s\n' "$origin" "$number" "$text" >"$work/head"
}

check_head() {
    read_head "$1" || { fail "head of $1 records" "it is not a checkpoint of this vault and size" && return; }
    while IFS= read -r line; do
        case $line in *" $origin "*) ;; *) continue ;; esac
        printf %s "${line##* }" | base64 -d >"$work/line" 2>/dev/null || continue
        tail -c +5 "$work/line" >"$work/signature"
        for signer in signers/*; do
            identifier=$({ printf '%s\n\001' "$origin" && cat "$signer/ed25519"; } | sha256)
            [ "$(head -c 4 "$work/line" | basenc --base16 -w0 | tr A-F a-f)" = "$(printf %.8s "$identifier")" ] || continue
            if ed25519_verifies "$signer" "$work/head" "$work/signature"; then
                pass "head of $1 records"
                return
            fi
        done
    done <"heads/$1/checkpoint"
    fail "head of $1 records" "no signature of it is that of a signer"
}

# A witness signed checkpoints here (C2SP tlog-cosignature): each of those that name the witness.
check_witness() {
    what="witness $1"
    name=ipvault.witness/$1 seen=0
    has_keys "witnesses/$1" || { fail "$what" "the fingerprint is not that of the keys" && return; }
    identifier=$({ printf '%s\n\004' "$name" && cat "witnesses/$1/ed25519"; } | sha256)
    for head in heads/*; do
        read_head "${head#heads/}" || continue
        while IFS= read -r line; do
            case $line in *" $name "*) ;; *) continue ;; esac
            printf %s "${line##* }" | base64 -d >"$work/line" 2>/dev/null || continue
            [ "$(head -c 4 "$work/line" | basenc --base16 -w0 | tr A-F a-f)" = "$(printf %.8s "$identifier")" ] || continue
            time=$((0x$(tail -c +5 "$work/line" | head -c 8 | basenc --base16 -w0)))
            tail -c +13 "$work/line" >"$work/signature"
            { printf 'cosignature/v1\ntime %s\n' "$time" && cat "$work/head"; } >"$work/message"
            ed25519_verifies "witnesses/$1" "$work/message" "$work/signature" || { fail "$what" "a signature is wrong" && return; }
            seen=$((seen + 1))
        done <"$head/checkpoint"
    done
    if [ $seen -gt 0 ]; then pass "$what"; else fail "$what" "it signed none of the heads"; fi
}

# shown NAME RECORD: a field of a record, as the bundle shows it.
shown() {
    while IFS= read -r line; do
        case $line in '+ ["'*"\",\"$1\",\""*'"]') value=${line%\"]} && echo "${value##*\"}" && return ;; esac
    done <"fields/$2"
    return 1
}

# An authority (RFC 3161) saw a checkpoint, the content of a document, or an earlier timestamp; as of the time that it
# says, because certificates run out.
check_timestamp() {
    what="timestamp $1"
    folder=timestamps/$1
    read -r kind which <"$folder/of" || { fail "$what" "it does not say of what it is" && return; }
    case $kind in
    head) is_number "$which" && read_head "$which" && set -- -data "$work/head" ;;
    record) is_number "$which" && digest=$(shown sha256 "$which") && is_hex "$digest" 64 && set -- -digest "$digest" ;;
    timestamp) is_hex "$which" 32 && set -- -data "timestamps/$which/token.der" ;;
    *) false ;;
    esac || { fail "$what" "what it is of is not here" && return; }
    time=
    openssl ts -reply -in "$folder/token.der" -token_in -text >"$work/said" 2>&1
    while IFS= read -r line; do
        case $line in 'Time stamp: '*) time=$(date -u -d "${line#*: }" +%s) ;; esac
    done <"$work/said"
    is_number "$time" || { fail "$what" "openssl does not read it" && return; }
    if openssl ts -verify -in "$folder/token.der" -token_in "$@" -attime "$time" -CAfile "$folder/authority.pem" \
        -untrusted "$folder/certificates.pem" >"$work/said" 2>&1; then
        pass "$what"
    else
        fail "$what" "openssl does not verify it"
    fi
}

# leaf_member NAME LEAF: the value of a member of a leaf whose text has been checked to be free of escapes.
leaf_member() {
    value=${2#*"\"$1\":"}
    [ "$value" != "$2" ] || return 1
    value=${value#\"}
    echo "${value%%[\",\}]*}"
}

# The record is signed, or the next one here follows it.
check_leaf() {
    what="record $1, its place in the chain"
    leaf=$(cat "leaves/$1" && echo .) && leaf=${leaf%.}
    case $leaf in *[!\ -~]* | *\\*) fail "$what" "it is not in the form of a record" && return ;; esac
    [ "$(leaf_member n "${leaf#*\"m\":}")" = "$1" ] || { fail "$what" "it has another number" && return; }
    case $leaf in
    *'"sig":"'*)
        signature=$(leaf_member sig "$leaf") && by=$(leaf_member by "$leaf")
        is_hex "$signature" 128 && is_hex "$by" 64 || { fail "$what" "it is not in the form of a record" && return; }
        printf '%s%s' "${leaf%%\"sig\":*}" "${leaf#*\"sig\":\"$signature\",}" >"$work/body"
        message commit "$work/body" >"$work/message"
        unhex "$signature" >"$work/signature"
        if ed25519_verifies "signers/$by" "$work/message" "$work/signature"; then
            pass "$what"
        else
            fail "$what" "its signature is wrong"
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

# The record is in the tree of the checkpoint, at its place (RFC 9162, 2.1.3.2).
check_proof() {
    what="record $2, one of the $1"
    is_number "$1" && is_number "$2" && read_head "$1" && [ "$2" -lt "$1" ] || { fail "$what" "there is no such place" && return; }
    node=$2 above=$(($1 - 1))
    digest=$({ printf '\0' && cat "leaves/$2"; } | sha256)
    while IFS= read -r other; do
        is_hex "$other" 64 && [ $above -gt 0 ] || { fail "$what" "its proof is malformed" && return; }
        if [ $((node & 1)) -eq 1 ] || [ $node -eq $above ]; then
            digest=$(unhex "01$other$digest" | sha256)
            while [ $((node & 1)) -eq 0 ] && [ $node -gt 0 ]; do
                node=$((node >> 1)) above=$((above >> 1))
            done
        else
            digest=$(unhex "01$digest$other" | sha256)
        fi
        node=$((node >> 1)) above=$((above >> 1))
    done <"heads/$1/proofs/$2"
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
        '+ '*) printf %s "${line#+ }" | sha256 ;;
        '- '*) printf '%s\n' "${line#- }" ;;
        *) echo malformed ;;
        esac
    done <"fields/$1" >"$work/digests"
    while IFS= read -r line; do
        is_hex "$line" 64 || { fail "$what" "a line is neither shown nor withheld" && return; }
        unhex "$line"
    done <"$work/digests" >"$work/joined"
    if [ "$(sha256 <"$work/joined")" = "$(leaf_member m "$(cat "leaves/$1")")" ]; then
        pass "$what"
    else
        fail "$what" "it is not what the record commits to"
    fi
}

vault=$(cat vault) maker=$(cat maker)
is_hex "$vault" 32 || { fail vault "there is no vault id" && exit 1; }
check_files
check_bundle
for signer in signers/*; do check_signer "${signer#signers/}"; done
for folder in heads/*; do check_head "${folder#heads/}"; done
for witness in witnesses/*; do
    [ -e "$witness" ] && check_witness "${witness#witnesses/}"
done
for stamp in timestamps/*; do
    [ -e "$stamp" ] && check_timestamp "${stamp#timestamps/}"
done
for leaf in leaves/*; do check_leaf "${leaf#leaves/}"; done
for proof in heads/*/proofs/*; do
    size=${proof#heads/}
    check_proof "${size%%/*}" "${proof##*/}"
done
for fields in fields/*; do
    [ -e "$fields" ] && check_fields "${fields#fields/}"
done
if [ $failed -eq 0 ]; then
    echo "PASS: $passed checks passed, 0 failed"
else
    echo "FAIL: $passed checks passed, $failed failed"
    exit 1
fi
