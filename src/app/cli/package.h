// Packaging: the local folders and files that a template names are zipped and uploaded, and the template made to name
// the uploads. What `aws cloudformation package` and `sam package` do.
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
#pragma once

#include <functional>
#include <set>
#include <string>

#include "app/cli/client.h"

namespace thaw::app {

struct PackageOptions {
  std::string template_directory;  // local paths are relative to it
  std::string bucket;
  // When not null, code of functions that is a folder is not uploaded: the template names it for hot reload, and it is
  // added here.
  std::set<std::string>* hot_folders = nullptr;
  // Called for each upload with a line for people.
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

// Changes `body`. Errors: "FileNotFound" naming resource, property and path; those of uploads.
Task<Result<void>> package_template(CloudClient& cloud, Json& body, PackageOptions options);

// A zip of a folder or of one file, the same bytes for the same content: entries sorted, times fixed. Blocking.
Result<std::string> zip_path(const std::string& path);

}  // namespace thaw::app
