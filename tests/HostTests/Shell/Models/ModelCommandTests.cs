using System.Text;
using System.Text.Json;
using MicroLake.HostTests.Nn;
using MicroLake.Nn;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell.Models;

/// <summary>The model command over small models: y = (x0, x1) is the class of the greater, z = x0 is one score.</summary>
public sealed class ModelCommandTests : ShellFixture
{
    public ModelCommandTests()
    {
        MicroLake.Shell.Models.GeneratedCommands.AddTo(Shell.Commands);
        File.WriteAllBytes(Folder + "/two.onnx", new OnnxBuilder().Input("x", "N", 2).Node("same", "Identity", "", "x", "y").Output("y", "N", 2).ToArray());
        File.WriteAllBytes(Folder + "/odd name!.onnx", new OnnxBuilder().Input("x", "N", 1).Node("Identity", "x", "z").Output("z", "N", 1).ToArray());
        File.WriteAllText(Folder + "/rows.csv", "a,b\n1,2\n0.1,-3e-2\n\n5,4\n");
        File.WriteAllText(Folder + "/labelled.csv", "a,b,label\n1,2,1\n0.1,-3e-2,0\n5,4,1\n");
        File.WriteAllText(Folder + "/labels.txt", "1\n0\n0\n");
    }

    [Fact]
    public void A_model_is_loaded_listed_described_and_unloaded()
    {
        Assert.Equal((0, "two: 1 nodes, 0 B of weights, x float32 [N, 2] -> y float32 [N, 2]\n"), Run("model load @/two.onnx"));
        Assert.Equal(0, Run("model load '@/odd name!.onnx'").Status);
        using (JsonDocument list = JsonDocument.Parse(Run("model list --json").Output))
            Assert.Equal(["odd_name_", "two"], list.RootElement.EnumerateArray().Select(m => m.GetProperty("name").GetString()!));
        Assert.Contains("Identity", Run("model info two").Output);
        Assert.Equal((0, ""), Run("model unload two"));
        Assert.Equal((1, "error: there is no model 'two', loaded are: odd_name_\n"), Run("model unload two"));
        Assert.DoesNotContain("two", Run("model list").Output);
    }

    [Fact]
    public void Rows_are_run_and_printed_in_full_precision()
    {
        Run("model load @/two.onnx --name m");
        (int status, string output) = Run("model run m @/rows.csv");
        Assert.Equal(0, status);
        Assert.Matches(@"^1,2\n0\.1,-0\.03\n5,4\n3 rows, [\d.]+ (ns|us|ms|s) per row, cpu \(\w+\), batch 3\n$", output);
        Assert.Matches(@"batch 2\n$", Run("model run m @/rows.csv --batch 2 --on auto").Output);
    }

    [Fact]
    public void Results_go_to_a_file_on_request_and_only_when_all_went_well()
    {
        Run("model load @/two.onnx --name m");
        Assert.Matches(@"^3 rows, ", Run("model run m @/rows.csv --out @/out.csv").Output);
        Assert.Equal("1,2\n0.1,-0.03\n5,4\n", File.ReadAllText(Folder + "/out.csv"));
        File.WriteAllText(Folder + "/bad.csv", "1,2\n3,four\n");
        Assert.Equal(1, Run("model run m @/bad.csv --out @/out.csv").Status);
        Assert.Equal("1,2\n0.1,-0.03\n5,4\n", File.ReadAllText(Folder + "/out.csv"));
        Assert.Equal(1, Run("model run m @/rows.csv --out @/no/out.csv").Status);
    }

    [Theory]
    [InlineData("@/labelled.csv --labels LAST", "accuracy 2 of 3 correct (66.667 %)\n")]
    [InlineData("@/rows.csv --labels @/labels.txt", "accuracy 3 of 3 correct (100.000 %)\n")]
    public void Accuracy_is_measured_against_labels(string arguments, string line)
    {
        Run("model load @/two.onnx --name m");
        (int status, string output) = Run("model eval m " + arguments);
        Assert.Equal(0, status);
        Assert.EndsWith(line, output);
        Assert.StartsWith("1,2\n0.1,-0.03\n5,4\n3 rows, ", output);
    }

    [Theory]
    [InlineData("model", "what to do is missing")]
    [InlineData("model nosuch", "there is no 'nosuch', use one of: eval, info, list, load, run, unload")]
    [InlineData("model load", "FILE.onnx is missing")]
    [InlineData("model load @/none.onnx", "there is no file '@/none.onnx', see ls")]
    [InlineData("model load @", "is a folder")]
    [InlineData("model load @/rows.csv", "@/rows.csv: ")]
    [InlineData("model load @/two.onnx --name 'a b'", "'a b' is no name for a model")]
    [InlineData("model load @/two.onnx --name m", "there is a model 'm' already, unload it, or give this one another --name")]
    [InlineData("model run m", "IN.csv is missing")]
    [InlineData("model run nosuch @/rows.csv", "there is no model 'nosuch', loaded are: m")]
    [InlineData("model run m @/none.csv", "there is no file '@/none.csv'")]
    [InlineData("model run m @/labelled.csv", "@/labelled.csv: ")]
    [InlineData("model run m @/empty.csv", "@/empty.csv: ")]
    [InlineData("model run m @/rows.csv --on gpu", "this machine has no GPU that computes: start it with --gpu virgl, use --on cpu or --on auto")]
    [InlineData("model run m @/rows.csv --on tpu", "--on is 'tpu', not cpu, gpu or auto")]
    [InlineData("model run m @/rows.csv --batch 0", "--batch is '0', not a whole number from 1")]
    [InlineData("model eval m @/rows.csv", "--labels is missing")]
    [InlineData("model eval m @/rows.csv --labels LAST", "@/rows.csv: ")]
    [InlineData("model eval m @/rows.csv --labels @/one.txt", "has 1 labels for 3 rows, give one label for each row")]
    public void What_is_wrong_gives_one_error_line_and_the_model_still_works(string line, string reason)
    {
        File.WriteAllText(Folder + "/empty.csv", "");
        File.WriteAllText(Folder + "/one.txt", "1\n");
        Run("model load @/two.onnx --name m");
        (int status, string output) = Run(line);
        Assert.NotEqual(0, status);
        Assert.StartsWith("error: ", output);
        Assert.Contains(reason, output);
        Assert.Equal(output.Length - 1, output.IndexOf('\n'));
        Assert.Equal(0, Run("model run m @/rows.csv").Status);
    }

    [Fact]
    public void An_operator_that_is_lacking_is_named_with_its_node()
    {
        File.WriteAllBytes(Folder + "/lacking.onnx", new OnnxBuilder().Input("x", 1).Node("strange", "Frobnicate", "", "x", "y").Output("y", 1).ToArray());
        string output = Run("model load @/lacking.onnx").Output;
        Assert.Contains("Frobnicate", output);
        Assert.Contains("strange", output);
    }

    [Fact]
    public void A_model_that_does_not_fit_in_the_free_memory_is_refused_before_it_is_read()
    {
        using (FileStream large = File.Create(Folder + "/large.onnx"))
            large.SetLength(256 << 20);
        Assert.Matches(@"^error: @/large.onnx has 256 MiB, and [\d.]+ MiB is the most that fits in memory now, unload", Run("model load @/large.onnx").Output);
    }

    [Theory]
    [InlineData("model inf\tm\r", "Identity")]
    [InlineData("model run \t@/rows.csv\r", "3 rows")]
    public void Verbs_and_names_of_models_are_completed(string keys, string printed)
    {
        Run("model load @/two.onnx --name m");
        Assert.Contains(printed, Interact(keys));
    }

    [Fact]
    public void One_thousand_damaged_files_each_give_one_error_or_a_model()
    {
        byte[] good = OnnxBuilder.Perceptron("Relu", 3, 4, 8, 2).ToArray();
        Random random = new(5);
        for (int round = 0; round < 1000; round++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int change = random.Next(1, 8); change > 0; change--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Folder + "/bad.onnx", bad);
            (int status, string output) = Run("model load @/bad.onnx --name bad");
            Assert.Equal(output.Length - 1, output.IndexOf('\n'));
            if (status == 0)
                Run("model unload bad");
            else
                Assert.StartsWith("error: @/bad.onnx: ", output);
        }
    }
}
