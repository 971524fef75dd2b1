# Run in the sandbox image: writes a tar archive of the little of it that Python needs, with the shell and what run.sh and
# job.sh call. Three engines take that in a tenth of the time.
import glob, os, subprocess, sys, tarfile

programs = 'sh dash python3 tar base64 head mkdir cp rm sha256sum timeout'.split()
skipped = ('__pycache__', 'dist-packages', 'ensurepip', 'idlelib', 'lib2to3', 'pydoc_data', 'test', 'tkinter')
wanted = ['/bin', '/lib', '/lib64', '/tmp', '/run', '/proc', '/sys', '/dev', '/etc', '/etc/passwd', '/etc/group', '/home', '/mnt', '/media', '/usr', '/usr/bin', '/usr/lib', '/usr/local/lib/axon']
wanted += ['/usr/bin/' + each for each in programs] + glob.glob('/usr/lib/python3.*')
modules = [each for each in glob.glob('/usr/lib/python3.*/lib-dynload/*.so') if 'tkinter' not in each]
listed = subprocess.run(['ldd', *['/usr/bin/' + each for each in programs], *modules], capture_output=True, text=True).stdout
for line in listed.splitlines():
    wanted += [each for each in line.split() if each.startswith('/') and not each.endswith(':')]

seen = set()

def take(out, path):
    # Folders are links here and there: what is in them is stored under its real name.
    path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    if path in seen: return
    seen.add(path)
    out.add(path, recursive=False)
    if os.path.islink(path): take(out, os.path.join(os.path.dirname(path), os.readlink(path)))
    elif os.path.isdir(path) and path.startswith(('/usr/lib/python3.', '/usr/local/lib/axon')):
        for each in sorted(os.listdir(path)):
            if each not in skipped: take(out, os.path.join(path, each))

with tarfile.open(fileobj=sys.stdout.buffer, mode='w|') as out:
    for each in wanted: take(out, each)
