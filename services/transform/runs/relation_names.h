#pragma once

#include "services/transform/transforms/relation_names.h"
