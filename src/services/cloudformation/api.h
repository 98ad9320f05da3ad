// CloudFormation's API: the shapes of its operations.
#pragma once

#include "services/cloudformation/api_change_sets.h"
#include "services/cloudformation/api_stacks.h"
