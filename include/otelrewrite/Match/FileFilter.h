//===- FileFilter.h - which files need a tree -------------------*- C++ -*-===//
//
// Decides from bytes alone which files of a package have to be parsed for a set
// of rules: those with a place that a rule may select, and those whose
// declarations are needed to tell. Most packages that a rule is for have none,
// and reading is a hundred times cheaper than parsing.
//
//===----------------------------------------------------------------------===//

#ifndef OTELREWRITE_MATCH_FILEFILTER_H
#define OTELREWRITE_MATCH_FILEFILTER_H

#include "otelrewrite/Match/PackageInfo.h"
#include "otelrewrite/Rules/RuleSet.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

class FileFilter {
public:
  /// For those of \p Rules that are numbered by \p Selected. \p Imports are the
  /// package's, whose paths the go command may have put below a vendor folder;
  /// empty: not known.
  FileFilter(const RuleSet &Rules, llvm::ArrayRef<unsigned> Selected,
             const PackageInfo &Pkg, llvm::ArrayRef<std::string> Imports);

  /// No file is needed, whatever is in it.
  bool isEmpty() const { return Needs.empty(); }
  /// All files are added before isNeeded() is asked. \p Bytes must stay.
  void addFile(llvm::StringRef Bytes);
  /// Does the file number \p I, in the order they were added, need a tree?
  bool isNeeded(unsigned I);

private:
  /// What the files must have for one rule.
  struct Need {
    /// Texts that are all in a file with such a place.
    llvm::SmallVector<unsigned, 2> Texts;
    /// The receiver's type: where it is generic, its declaration is needed.
    std::optional<unsigned> Receiver;
    /// The same for methods of types that the rule does not name.
    bool HasAnyReceiver = false;
    /// A literal's type, for which an alias may stand.
    std::optional<unsigned> Literal;
    /// Declarations of all files tell whether a place is selected.
    bool NeedsAll = false;
    /// Decided: there is a file with such a place.
    bool IsLive = false;
  };
  struct File {
    llvm::StringRef Bytes;
    llvm::BitVector Has; ///< by number of text
  };

  unsigned addText(llvm::StringRef Text);
  void addRule(const Rule &R, const PackageInfo &Pkg,
               llvm::ArrayRef<std::string> Imports);
  bool hasPlace(const File &F, const Need &N) const;
  void decide();

  std::vector<llvm::StringRef> Texts;
  llvm::StringMap<unsigned> Numbers; ///< of Texts
  std::vector<Need> Needs;
  std::vector<File> Files;
  bool IsDecided = false;
};

/// Does \p Source have the identifier \p Word? Comments and strings count.
bool containsWord(llvm::StringRef Source, llvm::StringRef Word);

/// May \p C be part of an identifier? Letters beyond ASCII have such bytes.
bool isWordChar(char C);

} // namespace otelrewrite

#endif
