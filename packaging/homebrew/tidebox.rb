# The addresses are placeholders until the project has one; `brew bump-formula-pr` fills the sum in.
class Tidebox < Formula
  desc "Holds your mail until the check-ins that you chose"
  homepage "https://tidebox.example"
  url "https://tidebox.example/source/archive/v0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on "pkgconf" => :build
  depends_on "rust" => :build
  depends_on "sqlite"

  def install
    system "cargo", "install", "--no-default-features", *std_cargo_args
    system bin/"tidebox", "manual", "--all", man
    generate_completions_from_executable(bin/"tidebox", "completions", shells: [:bash, :zsh, :fish])
  end

  service do
    run [opt_bin/"tidebox", "watch"]
    keep_alive successful_exit: false
    process_type :background
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/tidebox --version")
    (testpath/"letters").mkpath
    (testpath/"letters/1.eml").write "From: ann@example.org\nSubject: Hello\n\nText.\n"
    assert_match "1 new", shell_output("#{bin}/tidebox --store #{testpath}/t.db add --history #{testpath}/letters")
  end
end
