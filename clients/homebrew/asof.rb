# The formula of a tap. `.ci/packages` fills in what stands between at signs, and leaves out systems that nothing was built for.
class Asof < Formula
  desc "@DESCRIPTION@"
  version "@VERSION@"
  license "MIT"

  on_macos do
    on_intel do
      url "@RELEASES@/v@VERSION@/@mac-intel@"
      sha256 "@mac-intel-sum@"
    end
    on_arm do
      url "@RELEASES@/v@VERSION@/@mac-arm@"
      sha256 "@mac-arm-sum@"
    end
  end
  on_linux do
    on_intel do
      url "@RELEASES@/v@VERSION@/@linux-intel@"
      sha256 "@linux-intel-sum@"
    end
    on_arm do
      url "@RELEASES@/v@VERSION@/@linux-arm@"
      sha256 "@linux-arm-sum@"
    end
  end

  def install
    bin.install "asof"
    man1.install Dir["man1/*.1"]
    bash_completion.install "completions/asof"
    zsh_completion.install "completions/_asof"
    fish_completion.install "completions/asof.fish"
  end

  test do
    (testpath/"states.jsonl").write %Q({"n":1}\n{"n":2}\n)
    assert_equal "2\n", shell_output("#{bin}/asof state states.jsonl --path .n")
  end
end
