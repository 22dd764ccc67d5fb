using MicroLake.ImageTool.Naming;
using Xunit;

namespace MicroLake.HostTests.ImageTool;

public sealed class NamesTests
{
    private static readonly TypeIndex s_types = Index();

    [Theory]
    [InlineData("S_P_CoreLib_System_Collections_Generic_List_1<Int32>__Add", "System.Collections.Generic.List<Int32>.Add")]
    [InlineData("S_P_CoreLib_System_Collections_Generic_Dictionary_2<System___Canon__UInt8>__TryInsert", "System.Collections.Generic.Dictionary<__Canon, Byte>.TryInsert")]
    [InlineData("S_P_CoreLib_System_Collections_Generic_List_1_Enumerator<__Array<Int32>>__MoveNext", "System.Collections.Generic.List.Enumerator<Int32[]>.MoveNext")]
    [InlineData("String__Concat_5", "System.String.Concat")]
    [InlineData("S_P_CoreLib_System_InvalidOperationException___ctor_1", "System.InvalidOperationException..ctor")]
    [InlineData("unbox_Int32__ToString", "unbox System.Int32.ToString")]
    [InlineData("__GetGCStaticBase_S_P_CoreLib_System_Environment", "static base of System.Environment")]
    [InlineData("MicroLake_HostTests_MicroLake_HostTests_ImageTool_NamesTests_Nested_Type__Under_score", "MicroLake.HostTests.ImageTool.NamesTests.Nested_Type.Under_score")]
    [InlineData("__DelegateCtor_S_P_CoreLib_System_Delegate__InitializeClosedInstance__MicroLake_HostTests_MicroLake_HostTests_ImageTool_NamesTests__Index", "delegate over MicroLake.HostTests.ImageTool.NamesTests.Index")]
    public void Compiler_names_become_the_names_of_the_source(string symbol, string expected) =>
        Assert.Equal(expected, new ManagedNames(s_types).Demangle(symbol));

    [Theory]
    [InlineData("memmove")]
    [InlineData("")]
    [InlineData("S_P_CoreLib_System_No_Such_Type__M")]
    [InlineData("<>__<")]
    public void Other_symbols_are_left_alone(string symbol) => Assert.Null(new ManagedNames(s_types).Demangle(symbol));

    [Theory]
    [InlineData("WKS::gc_heap::mark_object(unsigned char*, void (*)(int))", "WKS::gc_heap::mark_object")]
    [InlineData("Thread::IsDetached() const", "Thread::IsDetached")]
    [InlineData("memcpy", "memcpy")]
    public void Parameters_are_left_off_cxx_names(string demangled, string expected) => Assert.Equal(expected, CxxNames.WithoutParameters(demangled));

    private static TypeIndex Index()
    {
        var types = new TypeIndex();
        types.Add(typeof(object).Assembly.Location);
        types.Add(typeof(NamesTests).Assembly.Location);
        return types;
    }

    private static class Nested_Type
    {
        public static void Under_score()
        {
        }
    }
}
