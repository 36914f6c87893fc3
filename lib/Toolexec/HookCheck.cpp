//===- HookCheck.cpp - are a rule's hooks what they must be? --------------===//

#include "otelrewrite/Toolexec/HookCheck.h"

#include "otelrewrite/Basic/Nearest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace llvm;
using namespace otelrewrite;

static StringRef getName(const FuncDecl &Func, const ParsedFile &File) {
  return Func.Name ? Func.Name->getText(File.Tokens) : StringRef();
}

/// Is \p Type the hook context, by whatever name?
static bool isHookContext(const Expr &Type, const HookFunction &Hook,
                          PackageSources &Sources) {
  TypeIdentity T = readType(Type, {Hook.ImportPath, Hook.File, {}},
                            Hook.ImportPath, Sources);
  return T.Text == ("\"" + getSDKPath() + "/hook\".Context").str();
}

/// What opentelemetry-go-compile-instrumentation's HookContext has; contexts of
/// package link have it too. Any interface of a part of these will do.
static constexpr StringLiteral ForeignMethods[] = {
    "GetData() (interface{})",
    "GetFuncName() (string)",
    "GetKeyData(string) (interface{})",
    "GetPackageName() (string)",
    "GetParam(int) (interface{})",
    "GetParamCount() (int)",
    "GetReturnVal(int) (interface{})",
    "GetReturnValCount() (int)",
    "HasKeyData(string) (bool)",
    "IsSkipCall() (bool)",
    "SetData(interface{})",
    "SetKeyData(string, interface{})",
    "SetParam(int, interface{})",
    "SetReturnVal(int, interface{})",
    "SetSkipCall(bool)",
};

/// Is \p Type another package's interface for what a hook is told of its call?
/// \p Why: what keeps an interface from being one.
static bool isForeignContext(const Expr *Type, const HookFunction &Hook,
                             PackageSources &Sources, std::string &Why) {
  std::string Unknown;
  std::set<std::string> Methods =
      readMethods(*Type, {Hook.ImportPath, Hook.File, {}}, Sources, Unknown);
  if (!Unknown.empty() || Methods.empty())
    return false;
  for (const std::string &M : Methods)
    if (!is_contained(ForeignMethods, M)) {
      Why = "takes `" + Type->getText(Hook.File->Tokens).str() +
            "` first, whose method `" + M + "` the context of a hook lacks";
      return false;
    }
  return true;
}

/// Why \p Hook is no hook of any target; empty if it is.
static std::string checkSignature(HookFunction &Hook, PackageSources &Sources) {
  const FuncType *Type = Hook.Func->Type;
  if (!Type || !Type->Params)
    return "cannot be parsed";
  if (Type->TypeParams)
    return "has type parameters; a hook is `func(hook.Context)` or "
           "`func(hook.Context, T...)` with its target's types";
  if (Type->Results && countFields(Type->Results) != 0)
    return "returns something; a hook is `func(hook.Context)`";
  std::string Why;
  if (countFields(Type->Params) != 0) {
    const Expr *Context = Type->Params->Fields[0]->Type;
    if (isHookContext(*Context, Hook, Sources))
      return {};
    Hook.HasForeignContext = isForeignContext(Context, Hook, Sources, Why);
    if (Hook.HasForeignContext)
      return {};
  }
  if (!Why.empty())
    return Why;
  return ("does not take a `hook.Context` of " + getSDKPath() +
          "/hook first; a hook is `func(hook.Context)` or "
          "`func(hook.Context, T...)` with its target's types")
      .str();
}

std::string otelrewrite::findHook(ArrayRef<const ParsedFile *> Files,
                                  StringRef Name, PackageSources &Sources,
                                  HookFunction &Hook) {
  NearestName Near(Name, Name.size() / 2);
  bool IsMethod = false;
  for (const ParsedFile *File : Files)
    for (const Decl *D : File->Root->Decls) {
      const auto *Func = dyn_cast<FuncDecl>(D);
      if (!Func)
        continue;
      StringRef Found = getName(*Func, *File);
      if (Found == Name && Func->Recv) {
        IsMethod = true;
      } else if (Found == Name) {
        Hook.File = File;
        Hook.Func = Func;
        return checkSignature(Hook, Sources);
      } else if (!Func->Recv && !Found.empty()) {
        Near.consider(Found);
      }
    }
  if (IsMethod)
    return "is a method; a hook is a function";
  std::string Out = "does not exist in its package";
  if (!Near.get().empty())
    Out += ("; did you mean `" + Near.get() + "`?").str();
  return Out;
}

std::string otelrewrite::digestBuildFacts(const ParsedFile &File,
                                          bool WithFunctions) {
  SHA256 Hash;
  auto add = [&](StringRef Text) {
    Hash.update(utostr(Text.size()));
    Hash.update(":");
    Hash.update(Text);
  };
  if (File.Root->PackageName)
    add(File.Root->PackageName->getText(File.Tokens));
  for (const ImportSpec *Import : getImports(*File.Root))
    add(getImportPath(*Import, File.Tokens));
  for (const Comment &C : File.Tokens.comments()) {
    StringRef Text = File.Source.getText(C.Range);
    if (Text.starts_with("//go:build") || Text.starts_with("// +build") ||
        Text.starts_with("//+build") ||
        (WithFunctions &&
         (Text.starts_with("//go:") || Text.starts_with("//otel:"))))
      add(Text);
  }
  if (WithFunctions)
    for (const Decl *D : File.Root->Decls) {
      // Types and constants decide what a typed hook takes; of variables, what
      // rules can name.
      if (const auto *G = dyn_cast<GenDecl>(D)) {
        tok::Kind Kind = File.Tokens.kind(G->First);
        if (Kind == tok::Type || Kind == tok::Const)
          add(G->getText(File.Tokens));
        else if (Kind == tok::Var)
          for (const Node *N : G->Specs)
            if (const auto *V = dyn_cast<ValueSpec>(N))
              for (const Ident *I : V->Names)
                add(I->getText(File.Tokens));
      }
      if (const auto *Func = dyn_cast<FuncDecl>(D)) {
        add(Func->Recv ? Func->Recv->getText(File.Tokens) : "");
        add(getName(*Func, File));
        add(Func->Type ? Func->Type->getText(File.Tokens) : "");
        add(Func->Body ? "{" : ";");
      }
    }
  auto Digest = Hash.final();
  return toHex(ArrayRef<uint8_t>(Digest).take_front(16), /*LowerCase=*/true);
}
