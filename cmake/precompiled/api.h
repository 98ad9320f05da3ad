// What nearly every file of a service includes.
#include "base.h"

#include "api/caller.h"
#include "api/record.h"
#include "api/service.h"
#include "kv/subspace.h"
