using System.Xml.Linq;

namespace MicroLake.GuestTests.Suites;

[Area("LINQ to XML")]
public static class XmlTests
{
    [GuestTest]
    public static void Documents_are_read_and_written()
    {
        XElement root = XElement.Parse("<pond depth='3'><fish name='pike'/><fish name='carp'/></pond>");
        Check.Sequence(["pike", "carp"], root.Elements("fish").Select(f => (string?)f.Attribute("name")));
        root.Add(new XElement("frog", "<&>"));
        Check.Contains("<frog>&lt;&amp;&gt;</frog>", root.ToString(SaveOptions.DisableFormatting));
        Check.Throws<System.Xml.XmlException>(() => XElement.Parse("<a><b></a>"));
    }
}
