#include "app/cloud.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "api/door.h"
#include "app/control.h"
#include "app/start_once.h"
#include "base/log.h"
#include "blob/blob_store.h"
#include "env/environment.h"
#include "net/server.h"
#include "net/tls.h"
#include "services/apigateway/service.h"
#include "services/cloudformation/service.h"
#include "services/dynamodb/service.h"
#include "services/ecr/service.h"
#include "services/iam/service.h"
#include "services/kms/service.h"
#include "services/lambda/service.h"
#include "services/logs/service.h"
#include "services/s3/service.h"
#include "services/sns/service.h"
#include "services/sqs/service.h"
#include "services/ssm/service.h"
#include "services/sts/service.h"

namespace thaw::app {
namespace {

Result<std::unique_ptr<kv::Store>> open_store(const UpOptions& options) {
  if (options.durability == kv::Durability::memory) return kv::make_memory_store();
  kv::RocksDbOptions rocksdb;
  rocksdb.directory = options.data_directory + "/state";
  rocksdb.durability = options.durability;
  return kv::open_rocksdb_store(rocksdb);
}

}  // namespace

bool listens_on_loopback(const UpOptions& options) {
  return options.host.starts_with("127.") || options.host == "::1" || options.host == "localhost";
}

struct Cloud::Parts {
  Parts(net::EventLoop& event_loop, UpOptions up_options)
      : loop(event_loop), options(std::move(up_options)), authority(options.data_directory + "/tls") {}

  net::EventLoop& loop;
  UpOptions options;
  RealClock real_clock;
  VirtualClock virtual_clock;
  net::CertificateAuthority authority;
  std::unique_ptr<kv::Store> store;
  std::unique_ptr<iam::Directory> directory;
  std::unique_ptr<api::Door> door;
  std::unique_ptr<iam::Iam> iam;
  std::unique_ptr<sts::Sts> sts;
  std::unique_ptr<ssm::Ssm> ssm;
  kms::Kms kms;
  ecr::Ecr ecr;
  logs::Logs logs;
  std::unique_ptr<dynamodb::DynamoDb> dynamodb;
  std::unique_ptr<blob::BlobStore> s3_blobs;
  std::unique_ptr<s3::S3> s3;
  std::unique_ptr<sqs::Sqs> sqs;
  std::unique_ptr<sns::Sns> sns;
  std::unique_ptr<blob::BlobStore> lambda_blobs;
  std::unique_ptr<env::Environments> environments;
  std::unique_ptr<StartOnce> environments_start;
  std::unique_ptr<lambda::LogWriter> function_logs;
  std::unique_ptr<lambda::Lambda> lambda;
  std::unique_ptr<apigateway::ApiGateway> apigateway;
  std::unique_ptr<cloudformation::CloudFormation> cloudformation;
  std::unique_ptr<Control> control;
  std::unique_ptr<net::Server> server;
  std::vector<api::Service*> services;

  const Clock& clock() const { return options.virtual_clock ? static_cast<const Clock&>(virtual_clock) : real_clock; }
  Result<void> build();
  void build_lambda();
  Task<Json> status();
  Task<net::HttpResponse> handle(net::HttpRequest& request);
};

Result<void> Cloud::Parts::build() {
  if (::mkdir(options.data_directory.c_str(), 0700) != 0 && errno != EEXIST)
    return fail("DataDirectoryUnusable",
                "The data directory " + options.data_directory + " cannot be made: " + strerror(errno));
  TRY(store, open_store(options));
  directory = std::make_unique<iam::Directory>(
      *store, real_clock,
      iam::DirectoryOptions{.account = options.account, .root_keys = {{options.access_key, options.secret_key}}});
  iam = std::make_unique<iam::Iam>(*directory);
  sts = std::make_unique<sts::Sts>(*directory);
  door = std::make_unique<api::Door>(
      *store, clock(), *directory, *directory,
      api::DoorOptions{.account = options.account, .region = options.region, .wall_clock = &real_clock});
  ssm = std::make_unique<ssm::Ssm>(*store, door->caller());
  Clock& service_clock = options.virtual_clock ? static_cast<Clock&>(virtual_clock) : real_clock;
  dynamodb = std::make_unique<dynamodb::DynamoDb>(*store, service_clock);
  s3_blobs = blob::make_directory_blob_store(options.data_directory + "/blobs/s3",
                                             options.durability == kv::Durability::fsync);
  s3 = std::make_unique<s3::S3>(*store, *s3_blobs, door->caller(), service_clock);
  sqs = std::make_unique<sqs::Sqs>(*store, service_clock);
  sns = std::make_unique<sns::Sns>(*store, service_clock, door->caller());
  build_lambda();
  apigateway = std::make_unique<apigateway::ApiGateway>(apigateway::Dependencies{
      .store = *store,
      .clock = clock(),
      .caller = door->caller(),
      .admit = [this](net::HttpRequest& request, std::string body, apigateway::Admission admission) {
        return door->admit(request, std::move(body),
                           {.signing_name = "execute-api",
                            .permission = std::move(admission.permission),
                            .resource_policy = std::move(admission.policy),
                            .signature_required = admission.signature_required});
      }});
  cloudformation = std::make_unique<cloudformation::CloudFormation>(*door, cloudformation::Options{});
  services = {iam.get(),           sts.get(), ssm.get(), &kms,      &ecr,         &logs,
              dynamodb.get(),      s3.get(),  sqs.get(), sns.get(), lambda.get(), apigateway.get(),
              cloudformation.get()};
  for (api::Service* service : services) door->add(*service);
  control = std::make_unique<Control>(*door, options.virtual_clock ? &virtual_clock : nullptr);
  control->status = [this] { return status(); };
  server = std::make_unique<net::Server>([this](net::HttpRequest& request) { return handle(request); }, &authority);
  return {};
}

void Cloud::Parts::build_lambda() {
  bool kept = options.durability == kv::Durability::fsync;
  lambda_blobs = blob::make_directory_blob_store(options.data_directory + "/blobs/lambda", kept);
  function_logs = std::make_unique<lambda::LogWriter>(door->caller());
  env::Options environment;
  environment.scratch_directory = options.data_directory + "/environments";
  environment.node_modules = options.node_modules;
  environment.clock = &clock();
  environment.debug = options.debug;
  environment.log_sink = [this](const env::LogLine& line) { function_logs->write(line); };
  environment.platform_connect = [this](int socket, env::PlatformPeer) {
    server->serve_connection(net::Stream(socket));
  };
  environment.ca_certificate_path = authority.ca_pem_path();
  environments = std::make_unique<env::Environments>(std::move(environment));
  environments_start = std::make_unique<StartOnce>([this]() -> Task<Result<>> {
    CO_CHECK_OK(authority.ensure());  // now, not when the server starts: making its keys takes longer than all the rest
    Result<> started = co_await environments->start();
    co_return started;
  });
  lambda = std::make_unique<lambda::Lambda>(lambda::Dependencies{
      .store = *store,
      .clock = options.virtual_clock ? static_cast<Clock&>(virtual_clock) : real_clock,
      .caller = door->caller(),
      .blobs = *lambda_blobs,
      .environments = *environments,
      .environments_ready = [this] { return environments_start->ready(); },
      .logs = *function_logs,
      .code_directory = options.data_directory + "/code",
      .hot = {.loopback = listens_on_loopback(options),
              .roots = options.hot_folders,
              .allow_file = options.data_directory + "/hot-folders"},
      .admit = [this](net::HttpRequest& request, std::string body, lambda::UrlAdmission admission) {
        return door->admit(request, std::move(body),
                           {.signing_name = "lambda",
                            .permission = std::move(admission.permission),
                            .resource_policy = std::move(admission.policy),
                            .signature_required = admission.signature_required});
      },
  });
}

// The runtimes that functions mostly ask for, and what would run them on this host. Looks at programs: blocking.
Json describe_runtimes() {
  Json out = Json::array();
  for (const char* name : {"python3.11", "python3.12", "python3.13", "python3.14", "nodejs20.x", "nodejs22.x",
                           "nodejs24.x", "provided.al2023"}) {
    Result<env::Interpreter> found = env::interpreter_for(name);
    Json row = Json::object({{"runtime", name}});
    if (!found) {
      row.set("note", found.error().message);
    } else {
      row.set("path", found->path.empty() ? "the function's own bootstrap" : found->path);
      row.set("exact", found->exact);
      if (!found->note.empty()) row.set("note", found->note);
    }
    out.push_back(std::move(row));
  }
  return out;
}

Task<Json> Cloud::Parts::status() {
  if (Result<> made = authority.ensure(); !made) log::error("the certificate authority: {}", made.error().message);
  Json out = Json::object({{"data_directory", options.data_directory}, {"ca_certificate", authority.ca_pem_path()}});
  Json runtimes = co_await offload([] { return describe_runtimes(); });
  out.set("runtimes", std::move(runtimes));
  Json list = Json::array();
  static constexpr const char* states[] = {"parked", "initializing", "busy", "idle", "stopping"};
  for (const env::EnvironmentInfo& e : environments->list())
    list.push_back(Json::object({{"id", e.id},
                                 {"function", e.function_arn},
                                 {"runtime", e.runtime},
                                 {"state", states[static_cast<int>(e.state)]},
                                 {"invocations", e.invocations},
                                 {"memory_mb", e.memory_mb},
                                 {"memory_used_kb", e.memory_used_kb}}));
  out.set("environments", std::move(list));
  Json notes = Json::array();
  if (environments_start->done())
    for (const std::string& note : environments->capabilities().notes) notes.push_back(note);
  out.set("notes", std::move(notes));
  Json hot = Json::array();
  for (const std::string& folder : options.hot_folders) hot.push_back(folder);
  out.set("hot_reload",
          Json::object({{"possible", listens_on_loopback(options)},
                        {"folders", std::move(hot)},
                        {"allow_file", std::filesystem::absolute(options.data_directory + "/hot-folders").string()}}));
  co_return out;
}

Task<net::HttpResponse> Cloud::Parts::handle(net::HttpRequest& request) {
  return Control::serves(request) ? control->serve(request) : door->handle(request);
}

Cloud::Cloud(net::EventLoop& loop, UpOptions options) : parts_(std::make_unique<Parts>(loop, std::move(options))) {}
Cloud::~Cloud() = default;

Result<uint16_t> Cloud::start() {
  Parts& parts = *parts_;
  CHECK_OK(parts.build());
  TRY(uint16_t port, parts.server->listen(parts.options.host, parts.options.port));
  parts.cloudformation->listens_at("localhost:" + std::to_string(port));
  parts.sqs->listens_at("localhost:" + std::to_string(port));
  parts.lambda->listens_at("localhost:" + std::to_string(port));
  parts.sns->listens_at("localhost:" + std::to_string(port));
  for (api::Service* service : parts.services) service->start();
  return port;
}

Task<void> Cloud::stop() {
  Parts& parts = *parts_;
  if (!parts.server) co_return;
  parts.lambda->quiesce();  // first: its pollers would go on to ask the queues
  parts.sqs->stop_waiting();
  co_await parts.server->stop();
  if (parts.environments_start->done()) co_await parts.environments->shutdown();
  for (auto service = parts.services.rbegin(); service != parts.services.rend(); ++service) co_await (*service)->stop();
  co_await parts.store->close();
}

int run_up(UpOptions options) {
  bool default_keys = options.access_key == "test" && options.secret_key == "test";
  if (default_keys && !listens_on_loopback(options)) {
    fmt::print(stderr,
               "thaw: {} can be reached from other machines, and the root's keys are the well-known test/test.\n"
               "Set THAW_ACCESS_KEY and THAW_SECRET_KEY, or listen on 127.0.0.1.\n",
               options.host);
    return 2;
  }
  ::signal(SIGPIPE, SIG_IGN);
  auto loop = net::make_loop();
  std::string host = options.host;
  auto cloud = std::make_unique<Cloud>(*loop, options);
  bool stopping = false;
  auto stop = [&] {
    if (std::exchange(stopping, true)) return;
    loop->spawn("stop", [](Cloud& running, net::EventLoop& ending) -> Task<void> {
      co_await running.stop();
      ending.stop();
    }(*cloud, *loop));
  };
  loop->on_signal(SIGTERM, stop);
  loop->on_signal(SIGINT, stop);
  Result<uint16_t> port = cloud->start();
  if (!port) {
    fmt::print(stderr, "thaw: {}\n", port.error().message);
    return 1;
  }
  if (options.durability != kv::Durability::fsync)
    fmt::print(stderr,
               "thaw: --durability {}: answers do not wait for the disk; a crash may lose acknowledged writes.\n",
               options.durability == kv::Durability::os ? "os" : "memory");
  fmt::print("Thaw is up at http://{}:{}\n", host == "127.0.0.1" ? "localhost" : host, *port);
  std::fflush(stdout);
  loop->run();
  cloud.reset();
  return 0;
}

}  // namespace thaw::app
