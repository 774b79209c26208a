# `nix build path:.?dir=packaging/nix` from a checkout, and `nix run` likewise.
{
  description = "Holds your mail until the check-ins that you chose, then lays it out in the terminal as one batch";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { nixpkgs, ... }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      source = ../..;
      manifest = (builtins.fromTOML (builtins.readFile (source + "/Cargo.toml"))).package;
      package =
        pkgs:
        pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          inherit (manifest) version;
          src = source;
          cargoLock.lockFile = source + "/Cargo.lock";
          buildNoDefaultFeatures = true;
          nativeBuildInputs = [ pkgs.pkg-config pkgs.installShellFiles ];
          buildInputs = [ pkgs.sqlite ];
          cargoTestFlags = [ "--lib" ];
          postInstall = ''
            $out/bin/tidebox manual --all man
            installManPage man/man1/* man/man5/* man/man7/*
            installShellCompletion --cmd tidebox \
              --bash <($out/bin/tidebox completions bash) \
              --zsh <($out/bin/tidebox completions zsh) \
              --fish <($out/bin/tidebox completions fish)
            install -Dm644 packaging/tidebox.desktop -t $out/share/applications
            install -Dm644 packaging/tidebox.service -t $out/lib/systemd/user
            substituteInPlace $out/lib/systemd/user/tidebox.service --replace-fail /usr/bin/tidebox $out/bin/tidebox
          '';
          meta = {
            inherit (manifest) description homepage;
            license = with pkgs.lib.licenses; [ mit asl20 ];
            mainProgram = "tidebox";
          };
        };
    in
    {
      packages = each (pkgs: { default = package pkgs; });
      devShells = each (pkgs: {
        default = pkgs.mkShell {
          packages = [ pkgs.cargo pkgs.rustc pkgs.clippy pkgs.rustfmt pkgs.sqlite pkgs.jq pkgs.python3 pkgs.zsh pkgs.fish ];
        };
      });
    };
}
