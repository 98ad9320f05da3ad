// Placement: which environment runs an invocation, and how long idle ones live.
#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <map>
#include <unordered_map>

#include "base/log.h"
#include "env/environment.h"
#include "env/instance.h"
#include "env/platform.h"
#include "env/zygote.h"

namespace thaw::env {
namespace {

using Steady = Instance::Steady;
constexpr auto age_max = std::chrono::minutes(50);  // the function's session credentials last an hour
constexpr Millis shutdown_grace{2000};
constexpr auto kept_age_max = std::chrono::minutes(45);  // kept environments are renewed before they are too old
constexpr int provision_tries = 5;                       // of the platform's own failures
constexpr Millis provision_pause{500};

int64_t host_memory_mb() { return static_cast<int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE) >> 20; }

// The environments of one version of a function.
struct Pool {
  std::string arn;
  std::vector<std::shared_ptr<Instance>> idle;  // the most recently used at the back
  int busy = 0;
  bool retired = false;
  // Provisioned concurrency: environments beside the others, that are kept.
  std::shared_ptr<const FunctionSpec> kept_function = nullptr;
  std::vector<std::shared_ptr<Instance>> kept_idle = {};
  int wanted = 0;
  int kept = 0;  // initialising, idle or busy
  bool filling = false;
  std::string failure = {};
};

}  // namespace

class Environments::Impl : public std::enable_shared_from_this<Impl> {
 public:
  explicit Impl(Options options) : platform(std::move(options)) {
    idle_kb_max =
        (platform.options().idle_memory_mb_max > 0 ? platform.options().idle_memory_mb_max : host_memory_mb() / 2) *
        1024;
  }

  Task<void> prepare();
  Task<void> wait_prepared();
  Task<Result<InvokeOutcome>> invoke(std::shared_ptr<const FunctionSpec> function, Invocation invocation);
  Task<InvokeOutcome> run(std::shared_ptr<Pool> pool, std::shared_ptr<const FunctionSpec> function,
                          Invocation invocation);
  Task<InvokeOutcome> run_cold(std::shared_ptr<Pool> pool, std::shared_ptr<const FunctionSpec> function,
                               Invocation invocation);
  void retire(std::string_view key);
  Task<void> shutdown();

  void provision(std::shared_ptr<const FunctionSpec> function, int count);
  ProvisionedState provisioned(std::string_view key) const;
  void fill_soon(const std::shared_ptr<Pool>& pool);
  Task<void> fill(std::shared_ptr<Pool> pool);
  Task<bool> make_kept(std::shared_ptr<Pool> pool);
  void keep(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Instance>& instance);
  void renew(const std::shared_ptr<Pool>& pool);
  bool make_room();

  std::shared_ptr<Instance> take_parked(const FunctionSpec& function);
  void refill_soon(const std::string& runtime);
  Task<void> refill(std::string runtime);
  Task<Result<std::shared_ptr<Zygote>>> zygote_for(InterpreterDetails interpreter);
  std::shared_ptr<Instance> take_idle(Pool& pool);
  void give_back(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Instance>& instance);
  void leave_idle(Instance& instance);
  std::shared_ptr<Instance> make(const FunctionSpec& function);
  void discard(std::shared_ptr<Instance> instance, Millis grace);
  void forget(const Instance& instance) { all.erase(instance.id()); }
  void expire();
  void arm_expiry();
  void enforce_memory();

  struct IdleEntry {
    std::shared_ptr<Pool> pool;
    std::shared_ptr<Instance> instance;
  };

  Platform platform;
  bool started = false, ready = false, stopping = false;
  std::optional<Error> failure;
  std::vector<Completion<Unit>> prepare_waiters;
  std::map<std::string, std::shared_ptr<Pool>, std::less<>> pools;
  std::map<std::string, std::shared_ptr<Instance>> all;
  struct Parking {
    std::vector<std::shared_ptr<Instance>> ready;
    bool refilling = false;
    Steady::time_point retry = {};  // after a failure: not tried again before
  };
  std::map<std::string, Parking> parking;                  // by runtime
  std::map<std::string, std::shared_ptr<Zygote>> zygotes;  // by interpreter
  std::map<std::string, int, std::less<>> busy_of_function;
  std::unordered_map<const Instance*, std::shared_ptr<Pool>> kept_pools;  // of provisioned environments
  std::list<IdleEntry> idle_order;                                        // the longest idle at the front
  std::unordered_map<const Instance*, std::list<IdleEntry>::iterator> idle_places;
  int64_t idle_kb = 0, idle_kb_max = 0;
  std::optional<Loop::TimerId> expiry;
  int busy = 0;
  int destroying = 0;
  int initializing = 0;
  int64_t cold_starts = 0, warm_starts = 0;
};

// ---- start and end --------------------------------------------------------------------------------------------------

Task<void> Environments::Impl::prepare() {
  auto self = shared_from_this();
  ready = false;
  failure.reset();
  platform.on_lost = [weak = weak_from_this()] {
    auto alive = weak.lock();
    if (alive && !alive->stopping) Loop::current().spawn("env prepare", alive->prepare());
  };
  Result<> done = co_await platform.prepare();
  ready = true;
  if (!done) {
    failure = done.error();
    log::error("environments: {}", failure->message);
  }
  for (auto& waiter : std::exchange(prepare_waiters, {})) waiter.set({});
}

Task<void> Environments::Impl::wait_prepared() {
  if (ready) co_return;
  Completion<Unit> done;
  prepare_waiters.push_back(done);
  co_await done;
}

Task<void> Environments::Impl::shutdown() {
  auto self = shared_from_this();
  if (stopping || !started) co_return;
  stopping = true;
  co_await wait_prepared();
  if (expiry) Loop::current().cancel(*std::exchange(expiry, std::nullopt));
  while (!idle_order.empty()) {
    auto instance = idle_order.front().instance;
    leave_idle(*instance);
    discard(instance, shutdown_grace);
  }
  for (auto& [key, pool] : pools) {
    for (auto& instance : std::exchange(pool->kept_idle, {})) discard(instance, shutdown_grace);
  }
  auto give_up = Steady::now() + shutdown_grace;
  while (busy > 0 && Steady::now() < give_up) co_await sleep_for(Millis(5));
  for (auto& [path, zygote] : zygotes) zygote->stop();
  auto rest = all;
  for (auto& [id, instance] : rest) discard(instance, Millis(0));
  while (busy > 0 || destroying > 0) co_await sleep_for(Millis(2));
  co_await platform.close();
}

// ---- placement ------------------------------------------------------------------------------------------------------

Task<Result<InvokeOutcome>> Environments::Impl::invoke(std::shared_ptr<const FunctionSpec> function,
                                                       Invocation invocation) {
  auto self = shared_from_this();
  if (!started || stopping) co_return fail("ServiceException", "the compute service is not running", 500);
  if (!ready) co_await wait_prepared();
  if (failure) co_return fail(*failure);
  auto& slot = pools[function->key];
  if (!slot) slot = std::make_shared<Pool>(Pool{function->arn, {}, 0, false});
  std::shared_ptr<Pool> pool = slot;
  if (pool->idle.empty() && pool->kept_idle.empty() && !make_room())
    co_return fail("TooManyRequestsException", "Rate Exceeded.", 429);
  ++pool->busy;
  ++busy;
  int& of_function = busy_of_function[pool->arn];
  ++of_function;
  InvokeOutcome outcome = co_await run(pool, std::move(function), std::move(invocation));
  --pool->busy;
  --busy;
  auto count = busy_of_function.find(pool->arn);
  if (--count->second == 0) busy_of_function.erase(count);
  co_return outcome;
}

// Whether one more environment may be made; ends one that nobody needs now, perhaps another function's.
bool Environments::Impl::make_room() {
  size_t parked = 0;
  for (const auto& [runtime, place] : parking) parked += place.ready.size();
  if (static_cast<int>(all.size() - parked) < platform.options().environments_max) return true;
  if (idle_order.empty()) return false;
  auto oldest = idle_order.front().instance;
  leave_idle(*oldest);
  discard(oldest, Millis(0));
  return true;
}

Task<InvokeOutcome> Environments::Impl::run(std::shared_ptr<Pool> pool, std::shared_ptr<const FunctionSpec> function,
                                            Invocation invocation) {
  std::shared_ptr<Instance> instance = take_idle(*pool);
  if (!instance) co_return co_await run_cold(std::move(pool), std::move(function), std::move(invocation));
  ++warm_starts;
  instance->state = EnvironmentState::busy;
  InvokeOutcome outcome = co_await instance->invoke(std::move(invocation), std::nullopt, Steady::now());
  give_back(pool, instance);
  co_return outcome;
}

Task<InvokeOutcome> Environments::Impl::run_cold(std::shared_ptr<Pool> pool,
                                                 std::shared_ptr<const FunctionSpec> function, Invocation invocation) {
  ++cold_starts;
  std::string stream = make_log_stream(platform.now(), function->version);
  InvokeOutcome outcome;
  auto instance = take_parked(*function);
  if (!instance) instance = make(*function);
  ++initializing;
  auto started = co_await instance->start(function, stream, platform.options().init_timeout_ms, "init");
  --initializing;
  std::optional<Instance::Cold> cold;
  Steady::time_point began = Steady::now();
  if (started && !started->ok) {
    // Lambda tries INIT once more inside the invocation, with the function's own timeout.
    forget(*instance);
    instance = make(*function);
    started = co_await instance->start(function, stream, function->timeout_ms, "invoke");
  } else if (started) {
    cold = Instance::Cold{started->duration_us};
  }
  if (!started) {
    outcome.status = InvokeStatus::failed;
    outcome.platform_error = started.error();
    outcome.cold = true;
    discard(instance, Millis(0));
    co_return outcome;
  }
  if (!started->ok) {
    outcome = co_await instance->invoke_failed(std::move(invocation), std::move(*started), began);
    outcome.cold = true;
    forget(*instance);
    co_return outcome;
  }
  instance->state = EnvironmentState::busy;
  outcome = co_await instance->invoke(std::move(invocation), cold, began);
  outcome.cold = true;
  give_back(pool, instance);
  co_return outcome;
}

std::shared_ptr<Instance> Environments::Impl::make(const FunctionSpec& function) {
  auto instance = std::make_shared<Instance>(platform, function.runtime);
  all[instance->id()] = instance;
  return instance;
}

std::shared_ptr<Instance> Environments::Impl::take_idle(Pool& pool) {
  while (!pool.kept_idle.empty()) {
    std::shared_ptr<Instance> instance = pool.kept_idle.back();
    pool.kept_idle.pop_back();
    if (!instance->dead() && Steady::now() - instance->made() <= age_max) return instance;
    discard(instance, instance->dead() ? Millis(0) : shutdown_grace);
  }
  while (!pool.idle.empty()) {
    std::shared_ptr<Instance> instance = pool.idle.back();
    leave_idle(*instance);
    if (instance->dead()) {
      discard(instance, Millis(0));
    } else if (Steady::now() - instance->made() > age_max && instance->function()->credentials) {
      discard(instance, shutdown_grace);
    } else {
      return instance;
    }
  }
  return nullptr;
}

void Environments::Impl::give_back(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Instance>& instance) {
  if (instance->dead() || pool->retired || stopping) {
    discard(instance, instance->dead() || stopping ? Millis(0) : shutdown_grace);
    return;
  }
  if (kept_pools.contains(instance.get())) {
    if (pool->kept > pool->wanted)
      discard(instance, shutdown_grace);
    else
      keep(pool, instance);
    return;
  }
  instance->state = EnvironmentState::idle;
  pool->idle.push_back(instance);
  idle_places[instance.get()] = idle_order.insert(idle_order.end(), {pool, instance});
  idle_kb += instance->memory_used_kb();
  instance->on_dead = [weak = weak_from_this(), raw = instance.get()] {
    auto self = weak.lock();
    if (!self || !self->idle_places.contains(raw)) return;
    auto dead = self->idle_places[raw]->instance;
    self->leave_idle(*dead);
    self->discard(dead, Millis(0));
  };
  if (!expiry) arm_expiry();
  enforce_memory();
}

void Environments::Impl::leave_idle(Instance& instance) {
  auto place = idle_places.find(&instance);
  if (place == idle_places.end()) return;
  std::shared_ptr<Pool> pool = place->second->pool;
  auto& idle = pool->idle;
  auto in_pool =
      std::ranges::find_if(idle.rbegin(), idle.rend(), [&](const auto& one) { return one.get() == &instance; });
  if (in_pool != idle.rend()) idle.erase(std::next(in_pool).base());
  idle_kb -= instance.memory_used_kb();
  idle_order.erase(place->second);
  idle_places.erase(place);
}

void Environments::Impl::discard(std::shared_ptr<Instance> instance, Millis grace) {
  if (instance->state == EnvironmentState::stopping) return;
  instance->state = EnvironmentState::stopping;
  if (auto kept = kept_pools.find(instance.get()); kept != kept_pools.end()) {
    std::shared_ptr<Pool> pool = kept->second;
    kept_pools.erase(kept);
    --pool->kept;
    fill_soon(pool);
  }
  ++destroying;
  Loop::current().spawn("env discard",
                        [](std::shared_ptr<Impl> self, std::shared_ptr<Instance> dying, Millis after) -> Task<void> {
                          co_await dying->destroy(after);
                          self->forget(*dying);
                          --self->destroying;
                        }(shared_from_this(), instance, grace));
}

// ---- parked environments
// ---------------------------------------------------------------------------------------------

std::shared_ptr<Instance> Environments::Impl::take_parked(const FunctionSpec& function) {
  if (platform.options().parked_per_runtime <= 0 || !fits_parked(function)) return nullptr;
  Parking& place = parking[function.runtime];
  std::shared_ptr<Instance> found;
  while (!found && !place.ready.empty()) {
    if (!place.ready.back()->dead())
      found = place.ready.back();
    else
      discard(place.ready.back(), Millis(0));
    place.ready.pop_back();
  }
  refill_soon(function.runtime);
  return found;
}

void Environments::Impl::refill_soon(const std::string& runtime) {
  Parking& place = parking[runtime];
  if (place.refilling || stopping || Steady::now() < place.retry) return;
  place.refilling = true;
  Loop::current().spawn("env refill", refill(runtime));
}

// One at a time and never beside a cold start, which it would slow down.
Task<void> Environments::Impl::refill(std::string runtime) {
  auto self = shared_from_this();
  ++destroying;  // shutdown() waits for this as well
  auto interpreter = co_await offload([runtime] { return interpreter_details(runtime); });
  Parking& place = parking[runtime];
  while (!stopping && interpreter && Steady::now() >= place.retry) {
    co_await sleep_for(Millis(initializing > 0 ? 20 : 0));
    if (initializing > 0) continue;
    if (static_cast<int>(place.ready.size()) >= platform.options().parked_per_runtime) break;
    if (static_cast<int>(all.size()) >= platform.options().environments_max) break;
    std::shared_ptr<Zygote> zygote;
    Result<> parked;
    if (family_of(runtime) == RuntimeFamily::python) {
      auto found = co_await zygote_for(*interpreter);
      if (found)
        zygote = *found;
      else
        parked = std::unexpected(found.error());
    }
    auto instance = std::make_shared<Instance>(platform, runtime);
    all[instance->id()] = instance;
    if (parked) parked = co_await instance->park(*interpreter, zygote);
    if (parked && !stopping) {
      place.ready.push_back(instance);
      continue;
    }
    if (!parked && !stopping)
      log::warning("environments: {} are started when they are needed: {}", runtime, parked.error().message);
    if (!parked) place.retry = Steady::now() + std::chrono::seconds(30);
    discard(instance, Millis(0));
  }
  place.refilling = false;
  --destroying;
}

Task<Result<std::shared_ptr<Zygote>>> Environments::Impl::zygote_for(InterpreterDetails interpreter) {
  auto found = zygotes.find(interpreter.shown.path);
  if (found != zygotes.end() && !found->second->lost()) co_return found->second;
  CO_CHECK_OK(co_await platform.show_prefixes(interpreter.prefixes));
  CO_TRY(std::shared_ptr<Zygote> zygote, co_await Zygote::start(platform.keeper(), interpreter));
  zygotes[interpreter.shown.path] = zygote;
  co_return zygote;
}

// ---- the end of idle environments -----------------------------------------------------------------------------------

void Environments::Impl::arm_expiry() {
  if (idle_order.empty() || stopping) return;
  auto due = idle_order.front().instance->used() + Millis(platform.options().idle_timeout_ms);
  expiry = Loop::current().after(std::max(due - Steady::now(), Steady::duration(0)), [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->expire();
  });
}

void Environments::Impl::expire() {
  expiry.reset();
  auto now = Steady::now();
  while (!idle_order.empty()) {
    auto instance = idle_order.front().instance;
    if (instance->used() + Millis(platform.options().idle_timeout_ms) > now) break;
    leave_idle(*instance);
    discard(instance, shutdown_grace);
  }
  arm_expiry();
}

void Environments::Impl::enforce_memory() {
  while (idle_kb > idle_kb_max && idle_order.size() > 1) {
    auto oldest = idle_order.front().instance;
    leave_idle(*oldest);
    discard(oldest, shutdown_grace);
  }
}

void Environments::Impl::retire(std::string_view key) {
  auto found = pools.find(key);
  if (found == pools.end()) return;
  std::shared_ptr<Pool> pool = found->second;
  pools.erase(found);
  pool->retired = true;
  pool->wanted = 0;
  for (auto& instance : std::exchange(pool->kept_idle, {})) discard(instance, shutdown_grace);
  while (!pool->idle.empty()) {
    auto instance = pool->idle.back();
    leave_idle(*instance);
    discard(instance, shutdown_grace);
  }
}

// ---- provisioned concurrency ----------------------------------------------------------------------------------------

void Environments::Impl::provision(std::shared_ptr<const FunctionSpec> function, int count) {
  if (!started || stopping) return;
  auto& slot = pools[function->key];
  if (!slot) slot = std::make_shared<Pool>(Pool{function->arn, {}, 0, false});
  std::shared_ptr<Pool> pool = slot;
  pool->kept_function = std::move(function);
  pool->wanted = count;
  pool->failure.clear();
  while (pool->kept > pool->wanted && !pool->kept_idle.empty()) {
    auto instance = pool->kept_idle.back();
    pool->kept_idle.pop_back();
    discard(instance, shutdown_grace);
  }
  fill_soon(pool);
}

ProvisionedState Environments::Impl::provisioned(std::string_view key) const {
  ProvisionedState out;
  auto found = pools.find(key);
  if (found == pools.end()) return out;
  out.wanted = found->second->wanted;
  out.failure = found->second->failure;
  for (const auto& [instance, pool] : kept_pools)
    if (pool == found->second && instance->state != EnvironmentState::initializing) ++out.ready;
  return out;
}

void Environments::Impl::fill_soon(const std::shared_ptr<Pool>& pool) {
  if (pool->filling || pool->retired || stopping || !pool->failure.empty() || pool->kept >= pool->wanted) return;
  pool->filling = true;
  Loop::current().spawn("env provision", fill(pool));
}

Task<void> Environments::Impl::fill(std::shared_ptr<Pool> pool) {
  auto self = shared_from_this();
  ++destroying;  // shutdown() waits for this as well
  int failed = 0;
  while (!stopping && !pool->retired && pool->failure.empty() && pool->kept < pool->wanted) {
    if (!ready) co_await wait_prepared();
    if (stopping) break;
    std::string trouble;
    if (failure) {
      trouble = failure->message;
    } else if (!make_room()) {
      trouble = "The host's limit of environments is reached.";
    } else {
      bool made = co_await make_kept(pool);
      if (made)
        failed = 0;
      else if (pool->failure.empty())
        trouble = "The environment could not be made.";
    }
    if (trouble.empty()) continue;
    if (++failed >= provision_tries)
      pool->failure = trouble;
    else
      co_await sleep_for(provision_pause);
  }
  pool->filling = false;
  --destroying;
}

// False when the platform failed; what is the function's own fault becomes the pool's failure.
Task<bool> Environments::Impl::make_kept(std::shared_ptr<Pool> pool) {
  std::shared_ptr<const FunctionSpec> function = pool->kept_function;
  auto instance = make(*function);  // parked ones are for who waits
  instance->provisioned = true;
  instance->state = EnvironmentState::initializing;
  kept_pools[instance.get()] = pool;
  ++pool->kept;
  ++initializing;
  std::string stream = make_log_stream(platform.now(), function->version);
  auto started = co_await instance->start(function, stream, platform.options().init_timeout_ms, "init");
  --initializing;
  if (started && started->ok && !stopping && !pool->retired && pool->kept <= pool->wanted) {
    instance->rest();
    keep(pool, instance);
    Loop::current().after(kept_age_max, [weak = weak_from_this(), of = std::weak_ptr(pool)] {
      auto self = weak.lock();
      auto place = of.lock();
      if (self && place && !self->stopping) self->renew(place);
    });
    co_return true;
  }
  // As AWS words it in StatusReason.
  if (started && !started->ok) pool->failure = "FUNCTION_ERROR_INIT_FAILURE";
  if (started && !started->ok && kept_pools.erase(instance.get()) > 0) {
    --pool->kept;  // it destroys itself
    forget(*instance);
  } else {
    discard(instance, started ? shutdown_grace : Millis(0));
  }
  co_return started.has_value();
}

void Environments::Impl::keep(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Instance>& instance) {
  instance->state = EnvironmentState::idle;
  pool->kept_idle.push_back(instance);
  instance->on_dead = [weak = weak_from_this(), raw = instance.get(), of = std::weak_ptr(pool)] {
    auto self = weak.lock();
    auto place = of.lock();
    if (!self || !place) return;
    auto found = std::ranges::find_if(place->kept_idle, [&](const auto& one) { return one.get() == raw; });
    if (found == place->kept_idle.end()) return;
    auto dead = *found;
    place->kept_idle.erase(found);
    self->discard(dead, Millis(0));
  };
}

// Session credentials end after an hour: idle ones that are old make room for new ones.
void Environments::Impl::renew(const std::shared_ptr<Pool>& pool) {
  for (auto& instance : std::exchange(pool->kept_idle, {})) {
    if (Steady::now() - instance->made() < kept_age_max)
      pool->kept_idle.push_back(instance);
    else
      discard(instance, shutdown_grace);
  }
}

// ---- the contract ---------------------------------------------------------------------------------------------------

Environments::Environments(Options options) : impl_(std::make_shared<Impl>(std::move(options))) {}
Environments::~Environments() = default;

Task<Result<>> Environments::start() {
  auto impl = impl_;
  if (impl->started) co_return Result<>{};
  CO_CHECK_OK(impl->platform.open_scratch());
  impl->started = true;
  Loop::current().spawn("env prepare", impl->prepare());
  co_return Result<>{};
}

Task<Result<Capabilities>> Environments::prepared() {
  auto impl = impl_;
  if (!impl->started) co_return fail("ServiceException", "the compute service is not running", 500);
  co_await impl->wait_prepared();
  if (impl->failure) co_return fail(*impl->failure);
  co_return impl->platform.capabilities();
}

Task<Result<InvokeOutcome>> Environments::invoke(std::shared_ptr<const FunctionSpec> function, Invocation invocation) {
  return impl_->invoke(std::move(function), std::move(invocation));
}

void Environments::retire(std::string_view key) { impl_->retire(key); }

void Environments::provision(std::shared_ptr<const FunctionSpec> function, int count) {
  impl_->provision(std::move(function), count);
}
ProvisionedState Environments::provisioned(std::string_view key) const { return impl_->provisioned(key); }

int Environments::running(std::string_view key) const {
  auto found = impl_->pools.find(key);
  return found == impl_->pools.end() ? 0 : found->second->busy;
}
int Environments::running_function(std::string_view arn) const {
  auto found = impl_->busy_of_function.find(arn);
  return found == impl_->busy_of_function.end() ? 0 : found->second;
}

Counts Environments::counts() const {
  Counts out;
  for (const auto& [id, instance] : impl_->all) {
    if (instance->state != EnvironmentState::parked) ++out.environments;
    if (instance->state == EnvironmentState::busy || instance->state == EnvironmentState::initializing) ++out.busy;
    if (instance->state == EnvironmentState::idle) ++out.idle;
  }
  for (const auto& [runtime, place] : impl_->parking) out.parked += static_cast<int>(place.ready.size());
  out.cold_starts = impl_->cold_starts;
  out.warm_starts = impl_->warm_starts;
  return out;
}

std::vector<EnvironmentInfo> Environments::list() const {
  std::vector<EnvironmentInfo> out;
  for (const auto& [id, instance] : impl_->all) out.push_back(instance->info());
  return out;
}

const Capabilities& Environments::capabilities() const { return impl_->platform.capabilities(); }

Task<void> Environments::shutdown() { return impl_->shutdown(); }

}  // namespace thaw::env
