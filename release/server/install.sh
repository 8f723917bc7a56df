#!/bin/sh
# Installerar Internationella assistenten ur det här arkivet, utan nätverk.
#   ./install.sh                              som tjänst, under en egen användare (kräver root)
#   ./install.sh --till MAPP --utan-tjanst    bara programmet, i en mapp
set -eu
cd "$(dirname "$0")"

name=internationella-assistenten
target=/opt/$name
service=yes
python=python3.11
while [ $# -gt 0 ]; do
  case $1 in
    --till) target=$2; shift ;;
    --python) python=$2; shift ;;
    --utan-tjanst) service=no ;;
    *) echo "Okänt val: $1. Välj bland --till MAPP, --python SÖKVÄG och --utan-tjanst." >&2; exit 2 ;;
  esac
  shift
done

stop() {
  printf '%s\nGör så här: %s\n' "$1" "$2" >&2
  exit 1
}

if [ "$service" = yes ] && [ "$(id -u)" != 0 ]; then
  stop "Installationen som tjänst kräver root." "kör sudo ./install.sh, eller ange --utan-tjanst."
fi
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null ||
  stop "Python 3.11 saknas ($python)." "installera Python 3.11 ur serverns egna paket, eller ange var det finns med --python."
"$python" -c 'import ensurepip, venv' 2>/dev/null || stop "Python saknar venv." "installera det (i Debian: python3.11-venv)."
echo "Kontrollerar filerna."
sha256sum --quiet -c SHA256SUMS || stop "Arkivet är skadat eller ändrat." "hämta det igen och jämför kontrollsumman med avsändarens."

version=$(cat VERSION)
place=$target/$version
echo "Installerar version $version i $place."
rm -rf "$place.ny"
mkdir -p "$target"
"$python" -m venv "$place.ny"
PIP_CONFIG_FILE=/dev/null "$place.ny/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels --no-deps -r requirements.lock
"$place.ny/bin/python" -m pip check --disable-pip-version-check >/dev/null ||
  stop "Någon del saknas eller passar inte." "hämta arkivet igen. Går det inte heller då: säg till den som har gjort det."
# Programmen i en venv har dess sökväg i sig, så den får sitt namn innan den används.
grep -rlI "$place.ny" "$place.ny/bin" "$place.ny/pyvenv.cfg" | while read -r file; do sed -i "s|$place.ny|$place|g" "$file"; done
rm -rf "$place"
mv "$place.ny" "$place"
chmod -R a+rX "$target"
ln -sfn "$version" "$target/nu"

if [ "$service" = no ]; then
  echo "Klart. Börja med: $target/nu/bin/assistant doctor"
  exit 0
fi

id assistenten >/dev/null 2>&1 || useradd --system --user-group --home-dir /var/lib/$name --no-create-home --shell /usr/sbin/nologin assistenten
install -d -o assistenten -g assistenten -m 0700 /var/lib/$name
install -d -m 0755 /etc/$name
[ -e /etc/$name/miljo ] || install -o root -g assistenten -m 0640 miljo.exempel /etc/$name/miljo
install -m 0755 assistenten /usr/local/sbin/assistenten
install -m 0644 $name.service /etc/systemd/system/$name.service
systemctl daemon-reload 2>/dev/null || echo "systemd är inte i gång här; tjänsten startas när det är det."
echo "Klart. Fyll i /etc/$name/miljo och fortsätt enligt drift.md."
