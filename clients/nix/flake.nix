{
  description = "A time machine for application state, in the terminal";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      root = ../..;
      package = (builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).package;
      # The sources that a build needs, so that a new picture builds nothing again.
      sources = lib: lib.fileset.toSource {
        inherit root;
        fileset = lib.fileset.unions [
          (root + "/Cargo.toml") (root + "/Cargo.lock") (root + "/src") (root + "/assets") (root + "/demo")
          (root + "/README.md") (root + "/benches") (root + "/tests") (root + "/docs") (root + "/clients")
        ];
      };
    in
    {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = package.name;
          inherit (package) version;
          src = sources pkgs.lib;
          cargoLock.lockFile = root + "/Cargo.lock";
          nativeBuildInputs = [ pkgs.installShellFiles ];
          nativeCheckInputs = [ pkgs.git ];
          # The suite starts terminals and writes far outside a sandbox: `.ci/run` runs it.
          doCheck = false;
          postInstall = ''
            $out/bin/asof man > asof.1
            installManPage asof.1
            installShellCompletion --cmd asof \
              --bash <($out/bin/asof completions bash) --zsh <($out/bin/asof completions zsh) --fish <($out/bin/asof completions fish)
          '';
          meta = { inherit (package) description; license = pkgs.lib.licenses.mit; mainProgram = "asof"; };
        };
      });
    };
}
