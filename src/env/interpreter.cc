#include "env/interpreter.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>

#include "base/text.h"
#include "env/fd.h"
#include "env/variables.h"

namespace thaw::env {
namespace {

// Runs a program and answers what it wrote; nothing when it failed or took longer than ten seconds.
std::optional<std::string> run(const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return std::nullopt;
  Fd in(ends[0]), out(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.get(), 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char*> argv;
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
  char* environment[] = {path.data(), nullptr};
  pid_t pid = 0;
  int failed = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  out.reset();
  if (failed != 0) return std::nullopt;
  std::string text;
  auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool ended = false;
  while (!ended && std::chrono::steady_clock::now() < give_up && text.size() < 65536) {
    pollfd wait{in.get(), POLLIN, 0};
    if (::poll(&wait, 1, 200) <= 0) continue;
    char buffer[4096];
    ssize_t n = ::read(in.get(), buffer, sizeof(buffer));
    if (n <= 0)
      ended = true;
    else
      text.append(buffer, static_cast<size_t>(n));
  }
  if (!ended) ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (!ended || status != 0) return std::nullopt;
  return text;
}

std::string home_folder() {
  if (const char* home = std::getenv("HOME"); home && *home == '/') return home;
  if (const passwd* entry = ::getpwuid(::geteuid())) return entry->pw_dir;
  return {};
}

void add_children(std::vector<std::string>& out, const std::string& folder, const std::string& below) {
  DIR* open = ::opendir(folder.c_str());
  if (!open) return;
  std::set<std::string> names;
  while (dirent* entry = ::readdir(open)) {
    if (entry->d_name[0] != '.') names.insert(entry->d_name);
  }
  ::closedir(open);
  for (const std::string& name : names) out.push_back(folder + "/" + name + below);
}

// Folders where interpreters are, in the order of preference. Shims of version managers are scripts: not wanted.
std::vector<std::string> bin_folders(RuntimeFamily family) {
  std::vector<std::string> out = {"/usr/bin", "/usr/local/bin"};
  if (const char* path = std::getenv("PATH")) {
    for (std::string_view folder : split(path, ':')) {
      if (folder.starts_with('/') && folder.find("/shims") == std::string_view::npos) out.emplace_back(folder);
    }
  }
  std::string home = home_folder();
  if (family == RuntimeFamily::python) {
    if (const char* root = std::getenv("PYENV_ROOT")) add_children(out, std::string(root) + "/versions", "/bin");
    if (!home.empty()) add_children(out, home + "/.pyenv/versions", "/bin");
    if (!home.empty()) add_children(out, home + "/.local/share/uv/python", "/bin");
  } else if (!home.empty()) {
    add_children(out, home + "/.nvm/versions/node", "/bin");
    add_children(out, home + "/.local/share/fnm/node-versions", "/installation/bin");
  }
  add_children(out, "/opt", "/bin");
  std::vector<std::string> unique;
  for (std::string& folder : out) {
    if (std::ranges::find(unique, folder) == unique.end()) unique.push_back(std::move(folder));
  }
  return unique;
}

struct Candidate {
  std::string path;
  VersionNumber version;
};

std::optional<VersionNumber> parse_version(std::string_view text) {
  VersionNumber v;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v.major);
  if (error != std::errc()) return std::nullopt;
  if (end != text.data() + text.size() && *end == '.') std::from_chars(end + 1, text.data() + text.size(), v.minor);
  return v;
}

std::vector<Candidate> python_candidates() {
  std::vector<Candidate> out;
  for (const std::string& folder : bin_folders(RuntimeFamily::python)) {
    for (int minor = 7; minor <= 20; ++minor) {
      std::string path = fmt::format("{}/python3.{}", folder, minor);
      if (::access(path.c_str(), X_OK) == 0) out.push_back({path, {3, minor}});
    }
  }
  return out;
}

std::vector<Candidate> node_candidates() {
  std::vector<Candidate> out;
  for (const std::string& folder : bin_folders(RuntimeFamily::nodejs)) {
    std::string path = folder + "/node";
    if (::access(path.c_str(), X_OK) < 0) continue;
    auto text = run({path, "--version"});
    if (!text || !text->starts_with('v')) continue;
    if (auto version = parse_version(trim(std::string_view(*text).substr(1))))
      out.push_back({path, {version->major, 0}});
  }
  return out;
}

void add_prefix(std::vector<std::string>& prefixes, std::string_view folder) {
  if (folder.empty() || folder == "/" || folder == "/usr" || folder.starts_with("/usr/") || folder == "/bin") return;
  if (std::ranges::find(prefixes, folder) == prefixes.end()) prefixes.emplace_back(folder);
}

// Asks the interpreter itself; false when it does not run.
bool describe_python(const std::string& path, InterpreterDetails& details) {
  constexpr const char* script =
      "import sys, importlib.util as u\n"
      "print('.'.join(map(str, sys.version_info[:3])))\n"
      "print(getattr(sys, '_base_executable', '') or sys.executable)\n"
      "print(sys.base_prefix)\nprint(sys.base_exec_prefix)\n"
      "print('yes' if u.find_spec('boto3') else 'no')\n";
  auto text = run({path, "-s", "-c", script});
  if (!text) return false;
  auto lines = split(*text, '\n');
  if (lines.size() < 5) return false;
  details.shown.version = lines[0];
  details.shown.path = lines[1];
  add_prefix(details.prefixes, lines[2]);
  add_prefix(details.prefixes, lines[3]);
  const char* distribution = "/usr/lib/python3/dist-packages";
  if (lines[4] == "no" && ::access((std::string(distribution) + "/boto3/__init__.py").c_str(), R_OK) == 0) {
    details.python_fallback = distribution;
  }
  return true;
}

bool describe_node(const std::string& path, InterpreterDetails& details) {
  auto text = run({path, "-p", "process.versions.node + '\\n' + process.execPath"});
  if (!text) return false;
  auto lines = split(*text, '\n');
  if (lines.size() < 2) return false;
  details.shown.version = lines[0];
  details.shown.path = lines[1];
  size_t bin = lines[1].rfind("/bin/");
  if (bin != std::string_view::npos) add_prefix(details.prefixes, lines[1].substr(0, bin));
  return true;
}

Error cannot(std::string_view runtime, std::string_view words) {
  return Error{"InvalidParameterValueException",
               fmt::format("The runtime {} cannot run on this host: {}", runtime, words),
               400,
               {}};
}

std::string name_of(RuntimeFamily family, VersionNumber v) {
  return family == RuntimeFamily::python ? fmt::format("Python {}.{}", v.major, v.minor)
                                         : fmt::format("Node.js {}", v.major);
}

Result<InterpreterDetails> find(std::string_view runtime) {
  RuntimeFamily family = family_of(runtime);
  InterpreterDetails details;
  details.shown.runtime = runtime;
  if (family == RuntimeFamily::provided) {
    details.shown.version = runtime;
    return details;
  }
  bool python = family == RuntimeFamily::python;
  auto wanted = python || family == RuntimeFamily::nodejs ? parse_version(runtime.substr(6)) : std::nullopt;
  if (!wanted)
    return std::unexpected(
        cannot(runtime, "Thaw does not know how to run it (python3.*, nodejs* and provided* exist)"));
  if (!python) wanted->minor = 0;
  std::vector<Candidate> candidates = python ? python_candidates() : node_candidates();
  while (!candidates.empty()) {
    std::vector<VersionNumber> versions;
    for (const Candidate& c : candidates) versions.push_back(c.version);
    int chosen = choose_version(*wanted, versions);
    Candidate candidate = candidates[static_cast<size_t>(chosen)];
    InterpreterDetails tried = details;
    if (python ? describe_python(candidate.path, tried) : describe_node(candidate.path, tried)) {
      tried.shown.exact = candidate.version == *wanted;
      if (!tried.shown.exact) {
        tried.shown.note = fmt::format("{} is not installed on this host; {} ({}) runs this function instead",
                                       name_of(family, *wanted), name_of(family, candidate.version), tried.shown.path);
      }
      return tried;
    }
    candidates.erase(candidates.begin() + chosen);
  }
  return std::unexpected(
      cannot(runtime, fmt::format("no {} interpreter was found; install {}", python ? "Python 3" : "Node.js",
                                  python ? "python3 (Debian: apt-get install python3 python3-boto3)"
                                         : "Node.js (Debian: apt-get install nodejs)")));
}

}  // namespace

int choose_version(VersionNumber wanted, const std::vector<VersionNumber>& at_hand) {
  int best = -1;
  auto distance = [&](VersionNumber v) {
    return std::abs(v.major - wanted.major) * 100 + std::abs(v.minor - wanted.minor);
  };
  for (size_t i = 0; i < at_hand.size(); ++i) {
    if (best < 0) {
      best = static_cast<int>(i);
      continue;
    }
    VersionNumber b = at_hand[static_cast<size_t>(best)], v = at_hand[i];
    bool newer = std::pair(v.major, v.minor) > std::pair(b.major, b.minor);
    if (distance(v) < distance(b) || (distance(v) == distance(b) && newer)) best = static_cast<int>(i);
  }
  return best;
}

Result<InterpreterDetails> interpreter_details(std::string_view runtime) {
  static std::mutex mutex;
  static std::map<std::string, InterpreterDetails, std::less<>> found;
  std::lock_guard lock(mutex);
  if (auto cached = found.find(runtime); cached != found.end()) return cached->second;
  TRY(InterpreterDetails details, find(runtime));
  found.emplace(std::string(runtime), details);
  return details;
}

Result<Interpreter> interpreter_for(std::string_view runtime) {
  TRY(InterpreterDetails details, interpreter_details(runtime));
  return details.shown;
}

}  // namespace thaw::env
